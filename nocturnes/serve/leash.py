"""What keeps a child from outliving the process that started it."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded before any fork: loading a library between fork and exec is not safe.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signal_number=signal.SIGTERM):
    """Returns a function for Popen's `preexec_fn`: Linux then sends the child a signal when its parent is gone.

    Other systems know no such thing; there, and for the children of children, `guard.py` does it.
    """
    parent = os.getpid()

    def tie():
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
            # The parent may have died before the call, and then no signal would ever come.
            if os.getppid() != parent:
                os._exit(1)

    return tie
