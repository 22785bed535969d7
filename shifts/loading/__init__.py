"""Loading an edition from files that a coordinator can keep in a spreadsheet (README, "The data of an edition")."""

from .load import BUNDLED, Loaded, load
from .problems import WrongRows

__all__ = ["BUNDLED", "Loaded", "WrongRows", "load"]
