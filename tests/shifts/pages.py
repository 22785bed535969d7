"""What the tests of the pages have in common: texts as they are read, the rows that a GET must not touch, links."""

import html
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Message
from nocturnes import links
from nocturnes.models import Entry
from shifts.models import Ask, Assignment, Offer, Post, Search
from volunteers.models import Availability, Registration, Volunteer

WATCHED = (Assignment, Ask, Availability, Entry, Message, Offer, Post, Registration, Search, Volunteer)


def text_of(response):
    """The words of a page's main part and head, without tags and with single spaces."""
    page = response.content.decode()
    page = re.sub(r"<(script|style|svg|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" ,", ",")


def rows():
    """Everything that a page must not change by being looked at."""
    return {model: list(model.objects.order_by("pk").values()) for model in WATCHED}


def link(url_name, row, *args, purpose=None, language="en", until=None):
    """The address of the page `url_name` behind the link to `row`."""
    token = links.token(purpose or url_name.split("_")[0], row, until=until)
    return reverse(url_name, args=[token, *args]).replace("/fr/", f"/{language}/", 1)


def page(url_name, *args, language="en"):
    return reverse(url_name, args=args).replace("/fr/", f"/{language}/", 1)


def queries_of(client, address):
    """How many queries the page takes, once whatever is kept between requests is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
