"""The coordinator's pages of what is planned: evenings, museums, openings, posts, roles."""
