"""The page to look through the pictures."""

from html import escape

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Every page</title>
<style>
body { font: 15px/1.5 sans-serif; margin: 24px; background: #ddd }
h2 { margin: 40px 0 8px }
div { display: flex; flex-wrap: wrap; gap: 16px; align-items: start }
figure { margin: 0; background: #fff; padding: 8px }
img { display: block; max-height: 640px }
figcaption { font-size: 13px }
</style>
<h1>Every page</h1>
"""


def write(folder, pictures, findings):
    """`pictures` are the names of files by page."""
    parts = [HEAD, "<p>", " · ".join(f'<a href="#{name}">{name}</a>' for name in pictures), "</p>"]
    if findings:
        parts += ["<h2>Found</h2><ul>", *(f"<li>{escape(finding)}</li>" for finding in findings), "</ul>"]
    for name, paths in pictures.items():
        parts += [f'<h2 id="{name}">{name}</h2><div>', *map(_figure, paths), "</div>"]
    (folder / "index.html").write_text("\n".join(parts), encoding="utf-8")


def _figure(path):
    picture = f'<a href="{path}"><img loading="lazy" src="{path}" alt=""></a>'
    return f"<figure>{picture}<figcaption>{path.removesuffix('.png')}</figcaption></figure>"
