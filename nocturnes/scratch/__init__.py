"""Servers for a moment: what the tests and the bench start in a temporary folder, and end again."""
