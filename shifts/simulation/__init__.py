"""Whole seasons played in memory: is the replacement search better than what people do without it?

The people are made up (`assumptions`, `behaviour`), the season is that of the bundled edition (`season`), and the rules
are the product's own: `pace`, `ranking` and `actions.searches.choosing` decide on stand-ins for what they read in the
database (`crowd`). `site` keeps who is where; `ours` and `others` are the ways to fill a place; `playing` lets the same
people meet each of them; `measures`, `trials`, `report` and `drawing` say what came of it.
"""
