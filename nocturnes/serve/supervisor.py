"""Starts children, restarts those that die, and ends all of them, whatever happens to the supervisor itself."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .leash import die_with_parent

LONGEST_PAUSE = 30
# A child that lived this long had started well: its next death is the first again.
GOOD_LIFE = 60
# A mail server may take the 20 seconds of EMAIL_TIMEOUT to answer the task in hand.
PATIENCE = 25


class Supervisor:
    """Runs `children`; `say` gets each line for the person at the terminal; `lock` is an open file to hold."""

    def __init__(self, children, *, say, folder, address, listen, host="localhost", lock=None):
        self.children = children
        self.say = say
        self.folder = folder
        self.address = address
        self.listen = listen
        self.host = host
        self.lock = lock
        self.guard = None
        self.signals = 0
        self.announced = False

    def run(self):
        """Returns when asked to end by Ctrl-C or a TERM signal, after the last child has ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.hear)
        try:
            while not self.signals:
                self.tend()
                time.sleep(0.1)
        finally:
            self.end()

    def hear(self, _number, _frame):
        self.signals += 1

    def tend(self):
        """Starts what is not running and due, and says the address once the web answers."""
        if self.guard is None or self.guard.poll() is not None:
            self.start_guard()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self.bury(child)
            if child.process is None and child.start_at <= time.monotonic() and ready(child):
                self.start(child)
        if not self.announced and answers(self.listen, self.host):
            self.announced = True
            self.say(f"Nocturnes: {self.address}   (Ctrl-C ends it)")

    def start(self, child):
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            [str(word) for word in child.command],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            # A group of its own, so that Ctrl-C at the terminal reaches only the supervisor.
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        self.tell_guard("+", child.process.pid)

    def bury(self, child):
        """Clears away what a dead child left behind, and decides when it starts again."""
        code = child.process.returncode
        kill_group(child.process.pid)
        self.tell_guard("-", child.process.pid)
        now = time.monotonic()
        child.deaths = 1 if now - child.started_at > GOOD_LIFE else child.deaths + 1
        pause = min(2 ** (child.deaths - 1) / 2, LONGEST_PAUSE)
        child.process, child.start_at = None, now + pause
        self.say(f"{child.name} ended by itself ({code}); it starts again in {pause:g} s.")

    def start_guard(self):
        """The guard holds the lock too, so that nobody starts before it has cleared up."""
        self.guard = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[self.lock.fileno()] if self.lock else [],
        )
        for child in self.children:
            if child.process:
                self.tell_guard("+", child.process.pid)

    def tell_guard(self, sign, group):
        # A guard that has just died is replaced in the next round, and told everything again.
        with contextlib.suppress(OSError, ValueError):
            self.guard.stdin.write(f"{sign}{group}\n".encode())
            self.guard.stdin.flush()

    def end(self):
        """Ends the children, the broker after those that use it, then the guard."""
        self.say("Ending; work in hand is finished first.")
        for last in (False, True):
            self.end_children([child for child in self.children if child.process and child.last == last])
        if self.guard:
            self.guard.stdin.close()
            self.guard.wait()

    def end_children(self, children):
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while any(child.process.poll() is None for child in children):
            # Somebody who presses Ctrl-C again does not want to wait.
            if time.monotonic() > deadline or self.signals > 1:
                break
            time.sleep(0.05)
        for child in children:
            kill_group(child.process.pid)
            child.process.wait()
            self.tell_guard("-", child.process.pid)


def kill_group(group):
    """Kills what is left of a child's group: its own children, when it was killed itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def ready(child):
    """Tells whether everything that the child needs answers."""
    return all(listens(path) for path in child.waits_for)


def listens(path):
    """Tells whether a server listens at the Unix socket `path`."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def answers(listen, host):
    """Tells whether a web server answers at (address, port) to a visitor of `host`, whatever it says."""
    try:
        with socket.create_connection(listen, timeout=2) as client:
            client.sendall(f"HEAD / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            return client.recv(5) == b"HTTP/"
    except OSError:
        return False
