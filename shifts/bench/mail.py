"""A mail server that takes every mail and only counts."""

import contextlib
import socketserver
import threading
import time


class CountingServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine; `received` is the number of mails that it took.

    `arrivals` has the moment of each, as time.perf_counter has it, with the address that it was for.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.received = 0
        self.arrivals: list[tuple[float, str]] = []
        self.counting = threading.Lock()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    """One conversation, in as much SMTP as smtplib speaks."""

    def handle(self):
        self._say("220 bench")
        recipient = ""
        with contextlib.suppress(OSError):
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper().strip()
                if verb == b"QUIT":
                    self._say("221 bye")
                    return
                if verb == b"DATA":
                    self._take(recipient)
                else:
                    if verb == b"RCPT":
                        recipient = line.decode("latin-1").partition("<")[2].partition(">")[0]
                    self._say("250 bench")

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def _take(self, recipient):
        self._say("354 go on")
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                return
        with self.server.counting:
            self.server.received += 1
            self.server.arrivals.append((time.perf_counter(), recipient))
        self._say("250 counted")


@contextlib.contextmanager
def counting_server():
    """Runs a CountingServer; yields it."""
    with CountingServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
