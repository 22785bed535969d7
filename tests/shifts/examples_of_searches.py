"""An example of each kind of message of the search, as the search itself writes them."""

from datetime import timedelta

from messaging.models import Message
from nocturnes.history import SYSTEM
from shifts import actions
from tests.factories import NOW, make_coordinator, make_museum, make_opening, make_post, make_role
from tests.messaging.examples import example
from tests.shifts.searches import make_people, offer_to, open_search, published_evening, sweep
from volunteers.models import Registration

BEGUN = NOW - timedelta(minutes=30)
# So near the evening that who is on duty hears of it at once.
NEAR = NOW + timedelta(days=1)


def _role():
    return make_role("wayfinding", name_fr="orientation", name_nl="bezoekers wegwijs maken", name_en="wayfinding")


def _asked(*museums, places=1):
    """A search for each museum that asked Zoé; returns the searches and her."""
    evening = published_evening(lead=make_coordinator())
    zoe = make_people(evening, "Zoé")[0]
    posts = [make_post(make_opening(evening, make_museum(name)), role=_role(), places=places) for name in museums]
    searches = [open_search(post, now=BEGUN) for post in posts]
    sweep(NOW)
    return searches, zoe


@example("offer")
def offer_of_one_place():
    _asked("Musée de l’Armée")
    return Message.objects.get(kind="offer")


@example("offer")
def offer_of_several_places():
    _asked("Musée de l’Armée", "Maison d'Érasme")
    return Message.objects.get(kind="offer")


@example("place_filled")
def place_filled():
    (search,), zoe = _asked("Musée de l’Armée")
    actions.accept_offer(offer_to(zoe, search), by=SYSTEM, now=NEAR)
    return Message.objects.get(kind="place_filled")


@example("nobody_left")
def nobody_left():
    (search,), zoe = _asked("Musée de l’Armée", places=2)
    actions.decline(offer_to(zoe, search).ask, by=SYSTEM, now=NEAR)
    return Message.objects.get(kind="nobody_left")


@example("not_filled")
def not_filled():
    return _not_filled(places=1)


@example("not_filled")
def several_not_filled():
    return _not_filled(places=2)


def _not_filled(places):
    (search,), _zoe = _asked("Musée de l’Armée", places=places)
    sweep(search.post.starts_at + timedelta(hours=1))
    return Message.objects.get(kind="not_filled")


@example("all_clear")
def all_clear_of_one_place():
    (search,), _zoe = _asked("Musée de l’Armée")
    return _all_clear(search)


@example("all_clear")
def all_clear_of_several_places():
    (one, other), _zoe = _asked("Musée de l’Armée", "Maison d'Érasme")
    _all_clear(one)
    return _all_clear(other)


def _all_clear(search):
    Message.objects.filter(kind="offer").update(sent_at=NOW)
    actions.call_off(search.post.opening, by=SYSTEM, now=NOW)
    return Message.objects.filter(kind="all_clear").last()


def _waits(*names):
    evening = published_evening(lead=make_coordinator())
    evening.edition.rules_data = {"asks_need_consent": True}
    evening.edition.save()
    open_search(make_post(make_opening(evening, make_museum("Musée de l’Armée")), role=_role()), now=NEAR)
    make_people(evening, *names)
    sweep(NEAR + timedelta(minutes=5))
    return Message.objects.get(kind="wave_waits")


@example("wave_waits")
def a_wave_that_waits():
    return _waits("Zoé", "Alice")


@example("wave_waits")
def a_wave_of_many_that_waits():
    return _waits(*(f"V{number:02}" for number in range(10)))


@example("wave_waits")
def a_wave_that_would_ask_nobody_by_now():
    message = _waits("Zoé")
    Registration.objects.update(may_be_asked=False)
    return message
