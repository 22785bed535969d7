"""Asks the site for pages, as its visitors would: over HTTP, each request on a connection of its own."""

import asyncio
import itertools
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from .counting import HEADER

HEADERS = {"Connection": "close", "Accept": "text/html"}


class NotServed(Exception):
    """The site answered something else than what was asked for, so there is nothing to measure."""


@dataclass(frozen=True)
class Request:
    """A GET of `path`; a POST where there is a `form`. `cookies` are name and value.

    `client` is the address that it comes from, as the proxy in front of the site tells it.
    """

    path: str
    cookies: dict[str, str]
    form: dict[str, str] | None = None
    client: str = ""

    @property
    def method(self):
        return "GET" if self.form is None else "POST"

    def encoded(self, host: str) -> bytes:
        body = urlencode(self.form or {}).encode()
        headers = {"Host": host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **HEADERS}
        if self.client:
            headers["X-Forwarded-For"] = self.client
        if self.form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Answer:
    """`seconds` run from opening the connection to the last byte; `size` is that of the body."""

    status: int
    seconds: float
    size: int
    queries: int
    location: str


def ask(address: str, requests: Iterable[Request], *, clients: int, seconds: float) -> tuple[list[Answer], float]:
    """Send `requests`, so many clients at a time, until they or `seconds` are over; the answers and the time taken."""
    return asyncio.run(_ask(urlsplit(address), iter(requests), clients, seconds))


async def _ask(address, requests, clients, seconds):
    answers = []
    start = time.perf_counter()

    async def client():
        # One iterator for all clients: each takes what comes next.
        for request in requests:
            answers.append(await _one(address, request))
            if time.perf_counter() - start > seconds:
                return

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers, time.perf_counter() - start


def ask_together(address: str, requests: Iterable[Request]) -> list[Answer]:
    """Send all `requests` at the same moment: each but for its last byte, and then the last bytes."""
    return asyncio.run(_ask_together(urlsplit(address), list(requests)))


async def _ask_together(address, requests):
    barrier = asyncio.Barrier(len(requests))
    return await asyncio.gather(*(_one(address, request, barrier) for request in requests))


def ask_within(address: str, requests: Iterable[Request], *, seconds: float) -> tuple[list[Answer], float]:
    """Send `requests` one after another within so many `seconds`, whether those before are answered or not.

    Returns the answers in the order of the requests, and the time until the last of them.
    """
    requests = list(requests)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A connection each, and what was open before.
    enough = len(requests) + 200
    if soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(enough, hard) if hard > 0 else enough, hard))
    return asyncio.run(_ask_within(urlsplit(address), requests, seconds))


async def _ask_within(address, requests, seconds):
    start = time.perf_counter()

    async def at(delay, request):
        await asyncio.sleep(delay)
        return await _one(address, request)

    step = seconds / len(requests)
    answers = await asyncio.gather(*(at(number * step, request) for number, request in enumerate(requests)))
    return answers, time.perf_counter() - start


async def _one(address, request, barrier=None):
    data = request.encoded(address.netloc)
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**20)
    if barrier:
        writer.write(data[:-1])
        await writer.drain()
        await barrier.wait()
        start = time.perf_counter()
    writer.write(data[-1:] if barrier else data)
    await writer.drain()
    received = await reader.read(-1)
    taken = time.perf_counter() - start
    writer.close()
    return _answer(request, received, taken)


def _answer(request, received, seconds):
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    words = first.split()
    if len(words) < 2 or headers.get("transfer-encoding"):
        raise NotServed(f"{request.method} {request.path}: no answer that can be measured ({first!r})")
    queries = int(headers.get(HEADER.lower(), 0))
    return Answer(int(words[1]), seconds, len(body), queries, headers.get("location", ""))


def in_turn(requests: Iterable[Request], count: int) -> list[Request]:
    """`count` requests, these again and again."""
    return list(itertools.islice(itertools.cycle(requests), count))
