"""The kinds of message of the replacement search."""
