"""The coordinator's pages: the season, its evenings, who stands where, and the searches."""
