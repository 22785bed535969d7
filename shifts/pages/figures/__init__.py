"""The season in pictures: how evenings filled, and where volunteers come from.

`rows` reads, `filling` counts day by day, `drawing` says where the lines go, `page` puts it together.
"""

from .page import Figures, figures

__all__ = ["Figures", "figures"]
