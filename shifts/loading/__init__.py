"""Loading an edition from files that a coordinator can keep in a spreadsheet (see shifts/data/README.md)."""

from .load import BUNDLED, Loaded, load
from .problems import WrongRows

__all__ = ["BUNDLED", "Loaded", "WrongRows", "load"]
