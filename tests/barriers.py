"""What axe finds on a page: the rules of WCAG 2.2 AA, and nothing else."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def barriers(page):
    """Each as (rule, the first elements)."""
    found = AXE.run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:160] for node in node_list(one)]) for one in found]


def node_list(violation):
    return violation["nodes"][:3]
