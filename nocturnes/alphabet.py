"""Text as it is sorted and compared, whatever the accents: no database sorts as every reader's language does.

SQLite knows no accents, and what PostgreSQL knows of them differs from machine to machine.
"""

import unicodedata

# What no decomposition takes apart, as people type it; apostrophes and hyphens are left out by many.
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"} | dict.fromkeys("'’‘`´-‐‑–"))


def folded(text: str) -> str:
    """`text` without accents, apostrophes, hyphens and capitals: "d’Hondt" is "DHONDT", and É sorts with E."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).translate(LETTERS)
