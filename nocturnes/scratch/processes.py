"""Starting and ending processes, never leaving one behind."""

import contextlib
import os
import pwd
import signal
import subprocess
import time

from nocturnes.serve.leash import die_with_parent


class NotThere(Exception):
    """A program that is needed is not on this machine; the text says what to do."""


def spawn(arguments, *, env=None, log=None, user=None, cwd=None):
    """Starts a process in a group of its own, which ends with us. `user` is a name to become (only root can)."""
    account = pwd.getpwnam(user) if user else None
    tie = die_with_parent(signal.SIGKILL)

    def prepare():
        if account:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        # After the change of user, which clears what this sets.
        tie()

    return subprocess.Popen(
        [str(argument) for argument in arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log or subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=prepare,
    )


def stop(process, signal_number=signal.SIGTERM, patience=10):
    """Ends a process and its group: asks first, then kills."""
    if process.poll() is None:
        process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition, seconds=10, what="the expected state"):
    """Returns the first true value of `condition()`; raises TimeoutError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.02)
