"""The requests that the live server is answering, in its threads."""

import threading

from django.core.signals import request_finished, request_started


class InHand:
    """Counts them from `watch` to `leave`."""

    def __init__(self):
        self.number = 0
        self.changed = threading.Condition()

    def watch(self):
        request_started.connect(self.begun)
        request_finished.connect(self.ended)

    def leave(self):
        request_started.disconnect(self.begun)
        request_finished.disconnect(self.ended)

    def begun(self, **kwargs):
        self.count(1)

    def ended(self, **kwargs):
        self.count(-1)

    def count(self, more):
        # The main thread is the test client's.
        if threading.current_thread() is threading.main_thread():
            return
        with self.changed:
            self.number += more
            self.changed.notify_all()

    def all_answered(self, seconds=20.0) -> bool:
        """Waits until none is left; False where one still is after `seconds`."""
        with self.changed:
            return self.changed.wait_for(lambda: self.number <= 0, seconds)
