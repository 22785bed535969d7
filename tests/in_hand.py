"""The requests that the live server has in hand, from the connection on which they come."""

import contextlib
import socket
import threading

from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread


def install():
    """Makes every live server of this process one that knows its connections."""
    LiveServerThread.server_class = Server


class Server(ThreadedWSGIServer):
    """A live server that can be waited for once nobody asks it for anything any more.

    Whoever looks only at requests that have begun misses one that the browser has sent and nobody has read yet.
    """

    def __init__(self, *args, **keywords):
        self.open = set()
        self.latest = None
        self.changed = threading.Condition()
        super().__init__(*args, **keywords)

    def process_request(self, request, client_address):
        with self.changed:
            self.open.add(request)
            self.latest = client_address
            self.changed.notify_all()
        super().process_request(request, client_address)

    def close_request(self, request):
        # With it the thread's connection to the database is closed.
        super().close_request(request)
        with self.changed:
            self.open.discard(request)
            self.changed.notify_all()

    def all_answered(self, seconds=20.0) -> bool:
        """Answers what was sent until now, and closes; False where something is in hand still after `seconds`."""
        with socket.create_connection(self.server_address) as last, self.changed:
            # Connections are taken in the order in which they came: with ours, all before it.
            if not self.changed.wait_for(lambda: self.latest == last.getsockname(), seconds):
                return False
            for request in self.open:
                # What has been sent is read nevertheless; then comes the end, and no waiting for more.
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RD)
            return self.changed.wait_for(lambda: not self.open, seconds)
