"""A wire between a browser and the site that counts what goes over it: everything, heads and the worker's too."""

import contextlib
import socket
import threading


class Wire:
    """Listens at `address`; `down` are the bytes that went to the browser, `up` those that came from it."""

    def __init__(self, port):
        self.site = port
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.down = self.up = 0
        self.lock = threading.Lock()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self.door.accept()
                site = socket.create_connection(("127.0.0.1", self.site))
                for ends in ((browser, site, "up"), (site, browser, "down")):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source, target, way):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                with self.lock:
                    setattr(self, way, getattr(self, way) + len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def wire(address):
    """Runs one to the site at `address`."""
    line = Wire(int(address.rpartition(":")[2]))
    threading.Thread(target=line.run, daemon=True).start()
    try:
        yield line
    finally:
        line.door.close()
