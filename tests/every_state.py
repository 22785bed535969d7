"""Pages in the states that the world of tests/world.py, and the rehearsal, are not in: each makes rows of its own."""

from datetime import date, time, timedelta

from django.urls import reverse

from nocturnes import clock, links
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions.searches import settle
from shifts.models import Ask, Offer, Reserve, Search, StillComing
from tests.factories import (
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_reserve,
    make_volunteer,
)
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import AgeGroup, SignUp

# The longest name that a museum of the bundled data has, in each language.
LONGEST = {
    "name_fr": "Musée royal de l’Armée et d’Histoire militaire",
    "name_nl": "Koninklijk Museum van het Leger en de Krijgsgeschiedenis",
    "name_en": "Royal Museum of the Armed Forces and Military History",
    "short_fr": "Musée de l’Armée",
    "short_nl": "Legermuseum",
    "short_en": "Army Museum",
}
STRIKE = {
    "text_fr": "Grève des transports.",
    "text_nl": "Het openbaar vervoer staakt.",
    "text_en": "A transport strike.",
}


def _post(w, museum="Maison d’Érasme", evening=None, **fields):
    return make_post(make_opening(evening or w.evening, museum_named(museum)), **{"places": 1, **fields})


def museum_named(name):
    return make_museum(**LONGEST) if name is LONGEST else make_museum(name)


def _somebody(evening, name="Camille", **fields):
    volunteer = make_volunteer(name, "Lambert", **fields)
    make_available(volunteer, evening)
    return volunteer


def _ask(w, *posts, answer="", **fields):
    """Somebody who is asked for these posts of the evening, and what she answered."""
    now, volunteer = clock.now(), _somebody(w.evening)
    ask = Ask.objects.create(volunteer=volunteer, evening=w.evening, asked_at=now, **fields)
    answered = {"answer": answer, "answered_at": now} if answer else {}
    for rank, post in enumerate(posts, 1):
        search = Search.objects.live().filter(post=post).first() or actions.open_search(post, by=SYSTEM, now=now)
        reasons = [["museum", {}], ["answer", {"answer": "yes"}]]
        Offer.objects.create(
            search=search, ask=ask, volunteer=volunteer, wave=1, rank=rank, reasons=reasons, asked_at=now, **answered
        )
    return ask


def _offer(ask):
    return reverse("offer", args=[links.token("offer", ask)])


def _filled(post):
    """Somebody else was faster."""
    make_assignment(post, _somebody(post.opening.evening, "Lien"))
    settle(post, by=SYSTEM, now=clock.now())


def offer_several(w):
    return _offer(_ask(w, _post(w, LONGEST), _post(w), _post(w, "BELvue", places=3)))


def offer_long(w):
    return _offer(_ask(w, _post(w, LONGEST)))


def offer_taken(w):
    post = _post(w)
    ask = _ask(w, post)
    _filled(post)
    return _offer(ask)


def offer_stands_by(w):
    post = _post(w)
    ask = _ask(w, post, answer=Offer.Answer.LATE, stands_by_at=clock.now())
    _filled(post)
    return _offer(ask)


def offer_accepted(w):
    post = _post(w, LONGEST, places=2)
    ask = _ask(w, post, answer=Offer.Answer.YES)
    make_assignment(post, ask.volunteer, confirmed_at=clock.now(), confirmed_how="link")
    return _offer(ask)


def offer_declined(w):
    return _offer(_ask(w, _post(w, LONGEST), _post(w), answer=Offer.Answer.NO))


def offer_other(w):
    return _offer(_ask(w, _post(w, LONGEST), answer=Offer.Answer.OTHER))


def offer_called_off(w):
    post = _post(w)
    ask = _ask(w, post)
    post.opening.called_off_at = clock.now()
    post.opening.save()
    return _offer(ask)


def _questions(w, *posts, **fields):
    """Somebody with these places, each of which she is asked about; the first question."""
    volunteer = _somebody(w.evening)
    disruption = w.question.disruption
    there = [make_assignment(post, volunteer) for post in posts]
    rows = [StillComing.objects.create(disruption=disruption, assignment=one, **fields) for one in there]
    return rows[0]


def _still_coming(row):
    return reverse("still_coming", args=[links.token("still-coming", row)])


def _late_post(w):
    return _post(w, LONGEST, report=time(20), starts=time(20, 15))


def still_coming_several(w):
    return _still_coming(_questions(w, _post(w, ends=time(19, 45)), _late_post(w)))


def still_coming_answered(w):
    """Yes to the one, no to the other."""
    row = _questions(w, _post(w, ends=time(19, 45)), _late_post(w), answer="yes", answered_at=clock.now())
    other = StillComing.objects.exclude(pk=row.pk).filter(assignment__volunteer=row.assignment.volunteer).get()
    actions.withdraw(other.assignment, by=SYSTEM, now=clock.now())
    return _still_coming(row)


def still_coming_no(w):
    row = _questions(w, _post(w, LONGEST), answer="no", answered_at=clock.now())
    actions.withdraw(row.assignment, by=SYSTEM, now=clock.now())
    return _still_coming(row)


def _reserve(w, **fields):
    row = make_reserve(_somebody(w.evening), w.evening, **fields)
    return reverse("reserve", args=[links.token("reserve", row)])


def reserve_asked(w):
    return _reserve(w, accepted_at=None)


def reserve_agreed(w):
    return _reserve(w)


def reserve_declined(w):
    return _reserve(w, accepted_at=None, ended_at=clock.now(), ended_because=Reserve.Because.DECLINED)


def reserve_freed(w):
    return _reserve(w, ended_at=clock.now(), ended_because=Reserve.Because.FREED)


def _place(w, museum=LONGEST, name="Camille", **fields):
    post = _post(w, museum, places=3)
    return make_assignment(post, _somebody(post.opening.evening, name), **fields)


def _of(assignment, page="assignment"):
    return reverse(page, args=[links.token("assignment", assignment)])


def assignment_long(w):
    return _of(_place(w))


def withdraw(w):
    return _of(_place(w), "assignment_withdraw")


def withdrawn(w):
    place = _place(w)
    actions.withdraw(place, by=SYSTEM, now=clock.now())
    return _of(place, "assignment_withdraw")


def assignment_called_off(w):
    place = _place(w)
    actions.call_off(place.post.opening, by=SYSTEM, now=clock.now())
    return _of(place)


def _evenings(volunteer):
    return reverse("evenings", args=[links.token("evenings", volunteer)])


def mine_newcomer(w):
    return _evenings(w.newcomer)


def mine_waits(w):
    """Everything that waits for her answer, at once."""
    ask = _ask(w, _post(w))
    volunteer = ask.volunteer
    make_reserve(volunteer, _coming(w), accepted_at=None)
    place = make_assignment(_post(w, LONGEST, places=2, evening=_coming(w, days=28)), volunteer)
    hour_ago = clock.now() - timedelta(hours=1)
    StillComing.objects.create(
        disruption=place.post.opening.evening.disruptions.create(
            why="strike",
            asked_at=hour_ago,
            asked_by=w.coordinator,
            **STRIKE,
        ),
        assignment=place,
    )
    return _evenings(volunteer)


def _coming(w, days=21):
    """A published evening some weeks after that of the world; the same one each time."""
    day = w.evening.date + timedelta(days=days)
    found = w.edition.evenings.filter(date=day).first() or make_evening(day, edition=w.edition)
    if not found.published_at:
        found.published_at = clock.now()
        found.save()
    return found


def swap_exchange(w):
    """Wout asks somebody at the same museum to come for him, and he for her."""
    opening = make_opening(w.evening, museum_named(LONGEST))
    early, late = make_post(opening, ends=time(19, 45)), make_post(opening, report=time(20), starts=time(20))
    hers, theirs = (
        make_assignment(post, _somebody(w.evening, name)) for post, name in ((early, "Wout"), (late, "Zoé"))
    )
    swap = actions.propose_swap(hers, theirs.volunteer, theirs=theirs, by=SYSTEM, now=clock.now())
    return reverse("swap", args=[links.token("swap", swap)])


def sign_up_confirm(w):
    return reverse("sign_up_confirm", args=[links.token("sign-up", w.sign_up)])


def sign_up_confirmed(w):
    waiting = volunteers.sign_up(
        w.edition,
        email=f"eve{SignUp.objects.count()}@example.org",
        language="fr",
        answers=make_answers(),
        by=SYSTEM,
        now=clock.now(),
    )
    volunteers.confirm(waiting, by=SYSTEM, now=clock.now())
    return reverse("sign_up_confirm", args=[links.token("sign-up", waiting)])


def consent(w):
    parent = {"parent_name": "Luc", "parent_email": "luc@example.org"}
    young = _somebody(w.evening, "Zoé", age_group=AgeGroup.YOUNG, **parent)
    return reverse("consent", args=[links.token("consent", young)])


def _museum(w, page, museum):
    return reverse(page, args=[links.token(page, museum)])


def museum_of_one_evening(w, page="museum", **fields):
    opening = make_opening(w.evening, make_museum(**LONGEST), **fields)
    return _museum(w, page, opening.museum)


def museum_called_off(w):
    return museum_of_one_evening(w, called_off_at=clock.now())


def museum_without_evening(w):
    return _museum(w, "museum", make_museum(**LONGEST))


def _edition(slug, *days, taken=0, open_=True, museums=("Musée Horta", LONGEST, "Train World"), **fields):
    """An edition of its own; each evening of `days` has `museums` with three places, of which `taken` are taken."""
    names = {"name_fr": "Musée by Night 2026", "name_nl": "Musée by Night 2026", "name_en": "Musée by Night 2026"}
    edition = make_edition(slug, **{**names, "sign_up_open": open_, **fields})
    for day in days:
        if edition.evenings.filter(date=day).exists():
            continue
        evening = make_evening(day, edition=edition, published_at=clock.now())
        for name in museums:
            post = make_post(make_opening(evening, museum_named(name)), places=3)
            for number in range(taken):
                make_assignment(post, make_volunteer(f"V{number}"))
    return edition


def _public(edition, page="edition"):
    return reverse(page, args=[edition.slug])


def edition_full(w):
    return _public(_edition("full", date(2026, 5, 7), date(2026, 5, 14), taken=3))


def edition_over(w):
    return _public(_edition("over", date(2026, 3, 5), date(2026, 3, 12)))


def edition_empty(w):
    return _public(_edition("empty"))


def edition_one_night(w):
    return _public(_edition("one-night", date(2026, 10, 10), museums=["Musée Horta", LONGEST, *map(str, range(1, 29))]))


def edition_closed(w):
    return _public(_edition("closed", date(2026, 5, 21), open_=False))


def sign_up_closed(w):
    return _public(_edition("closed", date(2026, 5, 21), open_=False), "sign_up")


def sign_up_one_night(w):
    return _public(_edition("one-night", date(2026, 10, 10)), "sign_up") + "?from=poster&evening=2026-10-10"


def home_several(w):
    for make in (edition_over, edition_closed, edition_empty):
        make(w)
    return reverse("home")


LINK = [
    *(offer_several, offer_long, offer_taken, offer_stands_by, offer_accepted),
    *(offer_declined, offer_other, offer_called_off),
    *(still_coming_several, still_coming_answered, still_coming_no),
    *(reserve_asked, reserve_agreed, reserve_declined, reserve_freed),
    *(assignment_long, withdraw, withdrawn, assignment_called_off, mine_newcomer, mine_waits, swap_exchange),
    *(sign_up_confirm, sign_up_confirmed, consent, museum_of_one_evening, museum_called_off, museum_without_evening),
]
PUBLIC = [
    *(edition_full, edition_over, edition_empty, edition_one_night, edition_closed),
    *(sign_up_closed, sign_up_one_night, home_several),
]
STATES = {make.__name__: ("anonymous", make) for make in (*LINK, *PUBLIC)} | {
    "sign_up_known": ("alice", lambda w: _public(_edition("full", date(2026, 5, 7), taken=3), "sign_up")),
}
