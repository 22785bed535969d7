"""Before a place is empty: who could come if it were, in the order of the ranking, with a text to send."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from museums.words import at
from nocturnes.dates import date_format
from nocturnes.models import Language
from shifts import ranking
from shifts.models import Post

from . import at_risk
from .at_risk import AtRisk
from .phone_list import CALLED_ALL_THE_SAME, Call

# Nobody calls more people than these about a place that is not even free.
MOST = 12


@dataclass(frozen=True)
class WarmUp:
    """Who may drop out of `post`, and the first of those who might then come, of `total`."""

    post: Post
    people: list[AtRisk]
    calls: list[Call]
    total: int

    @property
    def more(self):
        return self.total - len(self.calls)


def warm_up(post: Post, *, now: datetime) -> WarmUp:
    """Whom a coordinator may prepare for `post`: whoever a search might ask; a number of queries that does not grow.

    Nothing is asked by it, and nothing is written. The texts are in the language of who reads them.
    """
    post = Post.objects.for_pages().get(pk=post.pk)
    edition = post.opening.evening.edition
    people = at_risk.of_post(post.pk, edition, now=now)
    if post.is_called_off or post.has_ended(now):
        return WarmUp(post, people, [], 0)
    hole = ranking.read_hole(post)
    everybody = ranking.read_people(post.opening.evening, now=now).values()
    fitting = [person for person in everybody if person.volunteer.phone and _fits(person, hole, now)]
    spoken = Language.objects.in_bulk(field_name="code")
    candidates = ranking.ranked(fitting, hole)[:MOST]
    return WarmUp(post, people, [_call(candidate, spoken) for candidate in candidates], len(fitting))


def _fits(person, hole, now):
    return not ranking.against_offer(person, hole, now) - CALLED_ALL_THE_SAME


def _call(candidate, spoken):
    return Call(
        name=candidate.volunteer.full_name,
        person=candidate.volunteer.pk,
        number=candidate.volunteer.phone,
        why=ranking.for_the_coordinator(candidate.reasons, candidate.post, spoken),
        asked_at=None,
        answer_words="",
        text=_text_to(candidate.volunteer, candidate.post),
    )


def _text_to(volunteer, post):
    """ "Alice, a place may come free on Thursday 26 March at BELvue …": a question that promises nothing."""
    edition = post.opening.evening.edition
    with translation.override(edition.language_for(volunteer.user.language)), timezone.override(edition.zone):
        text = _(
            "%(name)s, a place may come free on %(date)s %(museum)s, from %(report)s to %(until)s. "
            "Could we call you if it does? Nothing is decided yet."
        )
        return text % {
            "name": volunteer.first_name,
            "date": date_format(post.opening.evening.date, "l j F"),
            "museum": at(post.opening.museum),
            "report": f"{timezone.localtime(post.report_at):%H:%M}",
            "until": f"{timezone.localtime(post.ends_at):%H:%M}",
        }
