"""The kinds of message that this app sends."""
