"""Ends what a supervisor started when the supervisor itself is gone, killed by -9 for example.

A program of its own, with nothing but the standard library. The supervisor writes "+123" and "-123" lines to its
standard input as process groups begin and end. The end of that input means that the supervisor is no more: the
system closes the pipe, whatever killed it.
"""

import os
import signal
import sys
import time

PATIENCE = 8


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)


def end(groups):
    """Asks the leader of each group to end, and kills what is left of the groups a little later."""
    for group in groups:
        send(os.kill, group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(send(os.killpg, group, 0) for group in groups):
        time.sleep(0.1)
    for group in groups:
        send(os.killpg, group, signal.SIGKILL)


def send(function, target, number):
    """Tells whether there was somebody to send the signal to."""
    try:
        function(target, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
