"""Many volunteers say yes to a few last places within a second, while as many people sign up."""

import random
from collections import Counter

from nocturnes import clock, links
from shifts.models import Ask, Assignment, Offer, Post, Search
from shifts.pages.offer import offer_page
from volunteers.models import SignUp

from . import site
from .definition import SEED
from .load import NotServed, Request, ask, ask_within
from .pages import CLIENTS, percentiles, url
from .roster import SLUG, Loaded

HOLES = 100
# So many are asked for each of them, and all say yes.
ASKED = 5
SIGN_UPS = 500
# Everybody's request leaves within so many seconds.
WITHIN = 1.0
# Each worker has begun, and each of its threads connects.
WARM_UP = 48


def run(address: str, loaded: Loaded, *, holes: int = HOLES, sign_ups: int = SIGN_UPS) -> dict:
    """What came of it: how long an answer took to each kind of request, and how many have what they should have.

    "taken" counts who reads that the place was taken and that she stands by; "wrong" whatever is not as it should be.
    """
    offers = _offers(loaded, holes)
    forms = [_sign_up(number) for number in range(sign_ups)]
    wanted = [*((True, _yes(offer)) for offer in offers), *((False, form) for form in forms)]
    # Not a secret: the same order everywhere.
    random.Random(SEED).shuffle(wanted)  # noqa: S311
    ask(address, [Request(url("sign_up", SLUG), {})] * WARM_UP, clients=CLIENTS, seconds=60)
    answers, taken = ask_within(address, [request for _is_yes, request in wanted], seconds=WITHIN)
    if failed := [answer.status for answer in answers if answer.status != 302]:
        raise NotServed(f"{len(failed)} of {len(answers)} answers of the rush were {failed[0]} instead of 302.")
    times = {True: [], False: []}
    for (is_yes, _request), answer in zip(wanted, answers, strict=True):
        times[is_yes].append(answer.seconds * 1000)
    return {
        "seconds": round(taken, 1),
        "yes": percentiles(times[True]),
        "sign_up": percentiles(times[False]),
        **_counted(offers, len(forms)),
    }


def _offers(loaded, holes):
    """An offer to each of five people who are free, for each of so many posts with one open place."""
    now = clock.now()
    asked: set[int] = set()
    offers = []
    for key in _keys(loaded, holes):
        free = _free(loaded, key[0], asked)[:ASKED]
        asked.update(free)
        post = loaded.posts[key]
        Post.objects.filter(pk=post.pk).update(places=_taken(post) + 1, needed=_taken(post) + 1)
        search = Search.objects.create(post=post, opened_at=now, waves=1)
        offers += [_offer(search, volunteer, rank, now) for rank, volunteer in enumerate(free, start=1)]
    return offers


def _keys(loaded, holes):
    """The (evening, museum, post) of so many posts, evenings in turn."""
    return sorted(loaded.posts, key=lambda key: (key[1:], key[0]))[:holes]


def _taken(post):
    return Assignment.objects.active().filter(post=post).count()


def _free(loaded, evening, asked):
    """Who has no place that evening and was not asked in the rush yet."""
    there = set(Assignment.objects.active().of_evening(loaded.evenings[evening]).values_list("volunteer", flat=True))
    return [one.pk for one in loaded.volunteers if one.pk not in there and one.pk not in asked]


def _offer(search, volunteer, rank, now):
    ask = Ask.objects.create(volunteer_id=volunteer, evening=search.post.opening.evening, asked_at=now)
    return Offer.objects.create(
        search=search, ask=ask, volunteer_id=volunteer, wave=1, rank=rank, reasons=[], asked_at=now
    )


def _yes(offer):
    path = url("offer_answer", links.token("offer", offer.ask))
    return Request(path, site.form_cookies(), site.form(answer="yes", offer=str(offer.pk)))


def _sign_up(number):
    """The form of somebody new, at an address of her own: so many from one are refused."""
    fields = {
        "first_name": "Nora",
        "last_name": f"Nieuw {number:04d}",
        "email": _address(number),
        "phone": f"+32471{number:06d}",
        "age_group": "18+",
        "language": "fr",
    }
    client = f"10.1.{number // 250}.{number % 250 + 1}"
    return Request(url("sign_up", SLUG), site.form_cookies(), site.form(**fields), client)


def _address(number):
    return f"nora{number:04d}@example.org"


def _counted(offers, forms):
    """What became of it, by the rows and by the page that each of them sees."""
    asks = Ask.objects.filter(pk__in=[offer.ask_id for offer in offers])
    asks = asks.select_related("volunteer__user", "evening__edition", "evening__lead")
    seen = Counter(offer_page(ask, now=clock.now()).state for ask in asks)
    posts = {(offer.search.post_id, offer.volunteer_id) for offer in offers}
    places = Assignment.objects.active().filter(post__in={post for post, _volunteer in posts})
    won = [post for post, volunteer in places.values_list("post", "volunteer") if (post, volunteer) in posts]
    holes = len({offer.search_id for offer in offers})
    signed_up = SignUp.objects.filter(email__in=[_address(number) for number in range(forms)]).count()
    wrong = abs(len(won) - holes) + len(won) - len(set(won)) + abs(seen["accepted"] - holes) + forms - signed_up
    wrong += len(offers) - seen["accepted"] - seen["stands_by"]
    return {"won": len(won), "taken": seen["stands_by"], "signed_up": signed_up, "wrong": wrong}
