"""Loading an edition from files that a coordinator can keep in a spreadsheet."""

from pathlib import Path

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "nocturnes-2026"
