"""The evenings that people kept free for nothing: on call until it was staffed, they count as evenings of help."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef

from shifts.models import Assignment, Reserve


def nights_on_call(edition: int, volunteers: Collection[int] | None = None) -> dict[int, int]:
    """How many each of the edition has, by the volunteer's id; `volunteers` restricts it to these. One query.

    An evening on which she has a place as well is that place's.
    """
    there = Assignment.objects.active().filter(volunteer=OuterRef("volunteer"))
    rows = Reserve.objects.kept_free().filter(evening__edition=edition).order_by()
    rows = rows if volunteers is None else rows.filter(volunteer__in=volunteers)
    rows = rows.exclude(Exists(there.filter(post__opening__evening=OuterRef("evening"))))
    return dict(rows.values_list("volunteer_id").annotate(Count("evening", distinct=True)))
