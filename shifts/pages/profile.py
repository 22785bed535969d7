"""What a volunteer answered in one edition, evening by evening, as the page on which she changes it needs it."""

from dataclasses import dataclass
from datetime import datetime

from nocturnes.models import Evening
from shifts.models import Assignment
from volunteers.models import Registration


@dataclass(frozen=True)
class Answered:
    """One evening and her answer. `pk` is the assignment that she withdraws from instead of answering, or None."""

    evening: Evening
    answer: str
    words: str
    is_past: bool
    pk: int | None

    @property
    def name(self):
        """The field's name in the form."""
        return f"evening_{self.evening.pk}"

    @property
    def is_open(self):
        """Whether she may answer here: the evening is to come, and she is on no post of it."""
        return not self.is_past and self.pk is None


def answered(registration: Registration, *, now: datetime) -> list[Answered]:
    """The edition's evenings in their order, without those called off; three queries."""
    evenings = registration.edition.evenings.filter(called_off_at=None).select_related("edition").order_by("date")
    answers = {row.evening_id: row for row in registration.availabilities.all()}
    posts = Assignment.objects.active().published().filter(volunteer=registration.volunteer_id)
    posts = posts.filter(post__opening__evening__edition=registration.edition_id)
    on_post = dict(posts.values_list("post__opening__evening_id", "pk"))
    return [
        Answered(
            evening=evening,
            answer=answers[evening.pk].answer if evening.pk in answers else "",
            words=answers[evening.pk].get_answer_display() if evening.pk in answers else "",
            is_past=evening.is_past(now),
            pk=on_post.get(evening.pk),
        )
        for evening in evenings
    ]
