"""Whom to call for a place, in the order of the ranking, with the texts to send filled in (design.md 6).

Nothing here is written: a text that was copied was not sent, and only who sends it knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import PhoneNumber

from museums.words import at
from nocturnes import links
from nocturnes.dates import date_format
from nocturnes.models import Evening, Language
from shifts import ranking
from shifts.models import Ask, Offer, Post, Search
from shifts.models import Call as PhoneCall
from shifts.ranking import Hole, Person

from .facts import dialled

# Asked or not, in the budget or not: a call is another thing than a mail.
CALLED_ALL_THE_SAME = {"asked"}


@dataclass(frozen=True)
class Call:
    """Somebody to call: `tel`, `sms` and `whatsapp` are addresses to open, `text` is what the two latter carry.

    `called_words` is what a coordinator noted when she called her about this place, and who it was; `spared_words`
    that she wants no mails this week.
    """

    name: str
    person: int
    number: PhoneNumber
    why: str
    asked_at: datetime | None
    answer_words: str
    text: str
    called_words: str = ""
    spared_words: str = ""

    @property
    def phone(self):
        return dialled(self.number)

    @property
    def tel(self):
        return f"tel:{self.number.as_e164}"

    @property
    def sms(self):
        # With both marks telephones of either make understand it.
        return f"sms:{self.number.as_e164}?&body={quote(self.text)}"

    @property
    def whatsapp(self):
        return f"https://wa.me/{self.number.as_e164.lstrip('+')}?text={quote(self.text)}"


def phone_list(post: Post, *, now: datetime, most: int | None = None) -> list[Call]:
    """Whom the coordinator may call for `post`, first first, in a number of queries that does not grow with them.

    Whoever the search might ask, was asked and did not say no, or is spared from mails this week; nobody where no
    place is open. Who was called and did not answer comes after who was not called. The text is in the language of who
    reads it. With `most` only so many.
    """
    post = Post.objects.for_pages().get(pk=post.pk)
    search = post.searches.live().first()
    if not post.open_places:
        return []
    hole = ranking.read_hole(post, search_id=search.pk if search else None)
    people = ranking.read_people(post.opening.evening, now=now).values()
    callable_people = [person for person in people if person.volunteer.phone and _may_be_called(person, hole, now)]
    asks = _latest_asks(post.opening.evening)
    offers = {offer.volunteer_id: offer for offer in Offer.objects.filter(search=search)} if search else {}
    spoken = Language.objects.in_bulk(field_name="code")
    called = {call.volunteer_id: call for call in post.calls.select_related("called_by")}
    candidates = [
        candidate
        for candidate in ranking.ranked(callable_people, hole)
        if _may_still_come(offers.get(candidate.pk), called.get(candidate.pk))
    ]
    candidates.sort(key=lambda candidate: candidate.pk in called)
    return [
        _call(candidate, offers.get(candidate.pk), called.get(candidate.pk), asks, spoken, now)
        for candidate in candidates[:most]
    ]


def _call(candidate, offer, called, asks, spoken, now):
    return Call(
        name=candidate.volunteer.full_name,
        person=candidate.volunteer.pk,
        number=candidate.volunteer.phone,
        why=ranking.for_the_coordinator(candidate.reasons, candidate.post, spoken),
        asked_at=offer.asked_at if offer else None,
        answer_words=_answer_words(offer),
        text=_text_to(candidate.person, candidate.hole, asks, now),
        called_words=called_words(called) if called else "",
        spared_words=_spared_words(candidate, now),
    )


def _may_still_come(offer, called):
    if called and called.answer == PhoneCall.Answer.NO:
        return False
    return offer is None or offer.answer in ("", Offer.Answer.LATE)


def called_words(called: PhoneCall) -> str:
    """Who called her about this place, when, and what she said."""
    words = {"who": called.called_by, "time": f"{timezone.localtime(called.called_at):%H:%M}"}
    return {
        PhoneCall.Answer.YES: _("%(who)s called at %(time)s: yes"),
        PhoneCall.Answer.NO: _("%(who)s called at %(time)s: not that evening"),
        PhoneCall.Answer.NONE: _("%(who)s called at %(time)s: no answer"),
    }[called.answer] % words


def _spared_words(candidate, now):
    code = "not_now"
    return ranking.warning_words([code]) if code in ranking.unmet(candidate.person, candidate.hole, now) else ""


def _may_be_called(person: Person, hole: Hole, now):
    return not ranking.against_offer(person, hole, now) - CALLED_ALL_THE_SAME


def _latest_asks(evening):
    return {ask.volunteer_id: ask for ask in Ask.objects.filter(evening=evening).order_by("asked_at", "pk")}


def _answer_words(offer):
    if offer is None:
        return ""
    return _("No answer yet") if not offer.answer else _("Yes, but the place was taken")


def _text_to(person, hole, asks, now):
    """ "Alice, can you help on Thursday 26 March at BELvue? …", with a link that knows who she is."""
    volunteer, post = person.volunteer, hole.post
    edition = post.opening.evening.edition
    language = edition.language_for(volunteer.user.language)
    ask = asks.get(volunteer.pk)
    with translation.override(language), timezone.override(edition.zone):
        if ask:
            link = links.absolute("offer", language, links.token("offer", ask))
        else:
            link = links.absolute("help_link", language, links.token("help", volunteer, until=hole.frame.over_at))
        return _("%(name)s, can you help on %(date)s %(museum)s? %(hours)s. Answer here: %(link)s") % {
            "name": volunteer.first_name,
            "date": date_format(post.opening.evening.date, "l j F"),
            "museum": at(post.opening.museum),
            "hours": _hours(post, now),
            "link": link,
        }


def _hours(post, now):
    until = f"{timezone.localtime(post.ends_at):%H:%M}"
    if now >= post.report_at:
        return _("As soon as you can, until %(hour)s") % {"hour": until}
    report = f"{timezone.localtime(post.report_at):%H:%M}"
    return _("Report at %(report)s, until %(hour)s") % {"report": report, "hour": until}


def group_text(evening: Evening, *, now: datetime) -> str:
    """The text for the group chat: every place of `evening` that is searched for, in the edition's first two languages.

    French, then Dutch; one link, which asks for sign-in and offers only to who fits. Empty where nothing is open.
    """
    searched = Search.objects.live().filter(post__opening__evening=evening).values("post")
    posts = list(Post.objects.for_pages().with_place().filter(pk__in=searched).order_by("report_at", "pk"))
    if not posts:
        return ""
    languages = evening.edition.languages[:2]
    return "\n\n".join(_group_text_in(language, evening, posts, now) for language in languages)


def _group_text_in(language: str, evening: Evening, posts: Iterable[Post], now):
    with translation.override(language), timezone.override(evening.edition.zone):
        date = date_format(evening.date, "l j F")
        lines = [_("On %(date)s we are still looking for:") % {"date": date}]
        for post in posts:
            places = ngettext("%(count)d person", "%(count)d people", post.open_places) % {"count": post.open_places}
            museum, role = post.opening.museum.name, post.role.name.lower()
            lines.append(f"- {places}, {museum}, {role}. {_hours(post, now)}.")
        link = links.absolute("help", language, evening.edition.slug)
        return "\n".join([*lines, _("Can you come? %(link)s") % {"link": link}])
