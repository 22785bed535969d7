"""JSON that stays text wherever somebody puts it: nothing in it can be taken for markup."""

import json


def as_json(data) -> str:
    """`data`, of lists, dicts and plain values, as JSON that reads well."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
