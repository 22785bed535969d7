"""The processes of an installation on one machine, as command lines."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from .broker import prepare_queue, socket_path, valkey_binary


@dataclass
class Child:
    """One process to keep alive. `last` children end after all others, which still need them."""

    name: str
    command: list
    last: bool = False
    process: object = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0
    waits_for: list = field(default_factory=list)


def children():
    """Returns the children of this installation, in the order in which they start."""
    found = [web(), worker(), beat()]
    if settings.REDIS_URL:
        return found
    if valkey_binary() is None:
        prepare_queue(settings.VAR)
        return found
    broker = valkey()
    for child in found[1:]:
        child.waits_for = [broker_socket()]
    return [broker, *found]


def broker_socket():
    """Returns the path at which the embedded broker listens."""
    return socket_path(settings.VAR)


def valkey():
    """Keeps its messages in the data folder, so that a restart loses none."""
    folder = Path(settings.VAR) / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    broker_socket().parent.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": 0,
        "unixsocket": broker_socket(),
        "unixsocketperm": 700,
        "dir": folder,
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": folder / "valkey.log",
    }
    return Child("broker", [valkey_binary(), *(w for key, value in options.items() for w in (f"--{key}", value))], True)


def web():
    address = f"[{settings.LISTEN}]" if ":" in settings.LISTEN else settings.LISTEN
    command = ["-m", "gunicorn", "nocturnes.wsgi", "--chdir", settings.BASE_DIR, "--no-control-socket"]
    command += ["--bind", f"{address}:{settings.PORT}", "--workers", settings.WEB_WORKERS, "--threads", 4]
    return Child("web", [sys.executable, *command, "--graceful-timeout", 5, "--log-level", "warning"])


def worker():
    # Celery warns root in seven lines; who runs a container as root knows.
    command = [
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--quiet",
        "-A",
        "nocturnes",
        "worker",
        "--concurrency",
        settings.TASK_WORKERS,
    ]
    return Child("worker", [sys.executable, *command, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"])


def beat():
    command = ["-m", "celery", "--quiet", "-A", "nocturnes", "beat", "--loglevel", "WARNING"]
    return Child("beat", [sys.executable, *command])
