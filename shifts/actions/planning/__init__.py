"""What a coordinator plans: evenings, openings, posts and roles, one function a verb. Call them as `planning.add_post`.

Calling off and moving are in `shifts.actions.evenings`: here stands what adds, changes, copies, and takes away what
nobody was ever on.
"""

from .evenings import add_evening, add_role, change_evening, change_role, delete_evening
from .openings import add_opening, change_museum, change_opening, delete_opening
from .posts import Copied, add_post, change_post, copy_post, delete_post, there_already
from .table import Changed, Row, TableRefused, change_posts

__all__ = [
    "Changed",
    "Copied",
    "Row",
    "TableRefused",
    "add_evening",
    "add_opening",
    "add_post",
    "add_role",
    "change_evening",
    "change_museum",
    "change_opening",
    "change_post",
    "change_posts",
    "change_role",
    "copy_post",
    "delete_evening",
    "delete_opening",
    "delete_post",
    "there_already",
]
