"""What axe finds on a page: the rules of WCAG 2.2 AA, and nothing else."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Axe leaves this one out unless it is asked for by name.
RULES = {"runOnly": LEVELS, "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


def barriers(page, within=None):
    """Each as (rule, the first elements); `within` is a selector, where only a part of the page is to be looked at."""
    found = AXE.run(page, context=within, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
