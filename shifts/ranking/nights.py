"""The evenings that people kept free for nothing: on call until it was staffed, they count as evenings of help."""

from collections.abc import Collection

from nocturnes.prepared import Many

from . import rows


def nights_on_call(edition: int, volunteers: Collection[int] | None = None) -> dict[int, int]:
    """How many each of the edition has, by the volunteer's id; `volunteers` restricts it to these. One query.

    An evening on which she has a place as well is that place's.
    """
    only = {} if volunteers is None else {"only": Many(volunteers)}
    return dict(rows.nights(edition=edition, **only))
