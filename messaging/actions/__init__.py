"""Everything that may be done with a message. Call them as `actions.plan(...)`."""

from .delivery import deliver, drop_calls, due_ids, overdue, overdue_since, reason_to_skip, record_as_sent, sweep
from .merging import about_instead, hand_over
from .planning import AlreadyGone, Plan, have_left, merge, merge_for_all, phoned, plan, plan_all, resume, send_now, skip
from .rendering import Rendered, render

__all__ = [
    "AlreadyGone",
    "Plan",
    "Rendered",
    "about_instead",
    "deliver",
    "drop_calls",
    "due_ids",
    "hand_over",
    "have_left",
    "merge",
    "merge_for_all",
    "overdue",
    "overdue_since",
    "phoned",
    "plan",
    "plan_all",
    "reason_to_skip",
    "record_as_sent",
    "render",
    "resume",
    "send_now",
    "skip",
    "sweep",
]
