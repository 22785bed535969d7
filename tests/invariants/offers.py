"""3.4: who is never asked, and that nobody has two live offers that overlap but in one message."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from django.db.models import F

from nocturnes.models import Entry
from shifts import pace
from shifts.models import Ask, Assignment, LeftOut, Offer
from volunteers.models import Availability, Registration, Volunteer

from .searches import LAST_USEFUL

ZONE = ZoneInfo("Europe/Brussels")
# The defaults of design.md 6.
A_WEEK, ASKS_A_WEEK, BUDGET_UNTIL = timedelta(days=7), 2, timedelta(hours=12)


def to_whom_they_must_not_go():
    offers = Offer.objects.filter(by_hand=False).select_related("search__post__opening", "ask", "volunteer")
    past = Past()
    for offer in offers:
        post = offer.search.post
        if offer.asked_at >= post.starts_at + LAST_USEFUL and not past.moved_since(post.pk, offer.asked_at):
            yield f"offer {offer.pk} was made after the last useful moment"
        if offer.volunteer.age_group != "18+" and post.minimum_age >= 18:
            yield f"offer {offer.pk} was made to somebody too young"
        if offer.volunteer.accepted_at is None or offer.volunteer.accepted_at > offer.asked_at:
            yield f"offer {offer.pk} was made to somebody who is not welcomed"
        if offer.volunteer_id not in past.merged:
            # Of two records that turned out to be one person each was asked for itself.
            yield from _was_busy_or_gone(offer, post, past)
            if past.said_no[offer.volunteer_id, offer.search_id] < offer.asked_at:
                yield f"offer {offer.pk} was made to somebody who had said no"


class Past:
    """What happened before an offer, read once for all of them."""

    def __init__(self):
        self.places = defaultdict(list)
        for place in Assignment.objects.all():
            self.places[place.volunteer_id].append(place)
        self.moves = defaultdict(list)
        moves = Entry.objects.filter(verb="moved", about_type="shifts.post")
        for post, at in moves.values_list("about_id", "at"):
            self.moves[post].append(at)
        self.merged = set(Volunteer.objects.exclude(merged_into=None).values_list("merged_into", flat=True))
        never = datetime.max.replace(tzinfo=UTC)
        answers = Offer.objects.filter(answer="no").values_list("volunteer_id", "search_id", "answered_at")
        self.said_no = defaultdict(lambda: never, {(who, search): at for who, search, at in answers})

    def moved_since(self, post, moment):
        return any(at >= moment for at in self.moves[post])


def _was_busy_or_gone(offer, post, past):
    for hers in past.places[offer.volunteer_id]:
        was_active = hers.made_at < offer.asked_at and (hers.cancelled_at is None or hers.cancelled_at > offer.asked_at)
        overlaps = hers.report_at < post.ends_at and post.report_at < hers.ends_at
        moved = past.moved_since(post.pk, offer.asked_at) or past.moved_since(hers.post_id, offer.asked_at)
        if was_active and overlaps and not moved:
            yield f"offer {offer.pk} was made to somebody who was on post {hers.post_id}"
        gave_up = hers.cause in ("withdrew", "swapped") and hers.cancelled_at < offer.asked_at
        if hers.post_id == post.pk and gave_up:
            yield f"offer {offer.pk} was made to somebody who had given that post up"


def against_a_coordinators_word():
    """Nobody whom she left out, no wave of a search that she holds, or without her consent where it is wanted."""
    automatic, past = Offer.objects.filter(by_hand=False), Past()
    for row in LeftOut.objects.all():
        if automatic.filter(search=row.search_id, volunteer=row.volunteer_id, asked_at__gt=row.at).exists():
            yield f"volunteer {row.volunteer_id} was left out of search {row.search_id}, and asked"
    for offer in automatic.filter(search__held_at__lt=F("asked_at")):
        yield f"offer {offer.pk} was made while its search was held"
    for offer in automatic.select_related("search__post__opening__evening__edition"):
        if (
            pace.frame(offer.search.post).wants_consent(offer.asked_at)
            and not past.moved_since(offer.search.post_id, offer.asked_at)
            and offer.wave > offer.search.agreed_wave
        ):
            yield f"offer {offer.pk} was made without a coordinator's consent"


def overlapping():
    live = defaultdict(list)
    rows = Offer.objects.filter(answered_at=None, search__ended_at=None).select_related("search__post")
    for offer in rows:
        live[offer.volunteer_id].append(offer)
    for hers in live.values():
        for one, other in combinations(hers, 2):
            a, b = one.search.post, other.search.post
            if one.ask_id != other.ask_id and a.report_at < b.ends_at and b.report_at < a.ends_at:
                yield f"offers {one.pk} and {other.pk} overlap, in two messages"


def new_ones(offers, now) -> list[str]:
    """What is wrong with automatic `offers` that were made since somebody last did anything, at `now` or before."""
    return [line for offer in offers for line in _of_a_new_one(offer, offer.asked_at)]


def _of_a_new_one(offer, now):
    evening, post = offer.ask.evening, offer.search.post
    registration = Registration.objects.get(volunteer=offer.volunteer_id, edition=evening.edition_id)
    if offer.volunteer.blocked_at:
        yield f"offer {offer.pk} was made to somebody who is blocked"
    if Availability.objects.filter(registration=registration, evening=evening, answer="no").exists():
        yield f"offer {offer.pk} was made to somebody who is not there that evening"
    if registration.no_asks_until and now.astimezone(ZONE).date() < registration.no_asks_until:
        yield f"offer {offer.pk} was made to somebody who wants no asks"
    asks = Ask.objects.filter(volunteer=offer.volunteer_id, reserve=False)
    too_many = asks.filter(asked_at__gt=now - A_WEEK).count() > ASKS_A_WEEK or asks.filter(evening=evening).count() > 1
    ready = Ask.objects.filter(volunteer=offer.volunteer_id, evening=evening).exclude(pk=offer.ask_id, reserve=False)
    stands_by = ready.filter(stands_by_at__isnull=False).exists()
    if too_many and not stands_by and not offer.ask.reserve and post.report_at - now > BUDGET_UNTIL:
        yield f"offer {offer.pk} was one message too many"
