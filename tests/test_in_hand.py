"""What a browser left unread when its test was over is answered before the next test begins."""

import socket
import threading

import pytest
from django.test.testcases import QuietWSGIRequestHandler

from tests import in_hand

pytestmark = pytest.mark.once


class Slow:
    """An application whose answers wait until they may go; `asked` says that one waits, `answered` what was asked."""

    def __init__(self):
        self.asked, self.may_go, self.answered = threading.Event(), threading.Event(), []

    def __call__(self, environ, start_response):
        self.asked.set()
        self.may_go.wait(60)
        self.answered.append(environ["PATH_INFO"])
        start_response("204 No Content", [("Content-Length", "0")])
        return []


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def server(slow):
    with in_hand.Server(("127.0.0.1", 0), QuietWSGIRequestHandler) as server:
        server.set_app(slow)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        slow.may_go.set()
        server.shutdown()
        thread.join()


def asks(server, path):
    """Somebody who asks and does not wait for the answer."""
    connection = socket.create_connection(server.server_address)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    return connection


def test_it_waits_for_the_answer_and_gives_up_after_its_time(server, slow):
    with asks(server, "/first/"):
        assert slow.asked.wait(60)

        assert not server.all_answered(seconds=0.2)
        assert slow.answered == []

        threading.Timer(0.05, slow.may_go.set).start()
        assert server.all_answered(seconds=60)
        assert slow.answered == ["/first/"]


def test_what_was_sent_and_not_read_yet_is_answered_too(server, slow):
    slow.may_go.set()

    for number in range(20):
        # Who asked is gone already.
        asks(server, f"/{number}/").close()
        assert server.all_answered(seconds=60)
        assert slow.answered[-1] == f"/{number}/"


def test_a_connection_that_is_kept_for_later_holds_nobody_up(server, slow):
    slow.may_go.set()

    with asks(server, "/first/") as kept, kept.makefile("rb") as answer:
        assert answer.readline().startswith(b"HTTP/1.1 204")
        assert list(iter(answer.readline, b"\r\n"))[-1].startswith(b"Content-Length")

        assert server.all_answered(seconds=60)
        assert answer.read() == b""


def test_the_live_server_is_one(live_server):
    assert isinstance(live_server.thread.httpd, in_hand.Server)
    assert live_server.thread.httpd.all_answered()
