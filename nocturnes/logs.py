"""Log lines that name nobody (design, section 3.6)."""

import logging
import re

ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[^\s<>()\[\]\"',;:=]+")
PHONE = re.compile(r"\+\d{9,15}\b")
TOKEN = re.compile(r"[A-Za-z0-9_.:=-]{24,}(?=/|\s|$|[\"'?])")
PATH = re.compile(r"(?<![\w.])/[^\s\"']+")
DETAIL = re.compile(r"^DETAIL:.*$", re.MULTILINE)


class DiscreetFormatter(logging.Formatter):
    """Formats a record, then removes mail addresses, phone numbers as they are stored, the tokens of secret links, and
    PostgreSQL's copy of the row."""

    def format(self, record):
        """Takes a log record; returns its text without what could name a person or open a page."""
        text = super().format(record)
        text = ADDRESS.sub("[address]", text)
        text = PHONE.sub("[number]", text)
        text = PATH.sub(lambda match: TOKEN.sub("[token]", match.group()), text)
        return DETAIL.sub("DETAIL: [removed]", text)
