"""Without a network: my evenings and a museum's list of tonight stay readable, and a page in words says what to do."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from nocturnes import links
from tests.factories import NOW, make_assignment, make_evening, make_museum, make_opening, make_post, make_volunteer
from tests.shifts.searches import make_offer, make_people
from tests.stories.reader import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => {
    const cache = await caches.open("nocturnes-2");
    const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
    return paths.filter((path) => !path.startsWith("/static/")).sort();
}"""
IN_WORDS = "/fr/no-network/"


@pytest.fixture
def phone(chromium):
    """A phone whose browser keeps what a service worker keeps."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def tonight(site, at):
    """Alice's post at BELvue, on its evening at 17:30."""
    evening = make_evening(published_at=NOW - timedelta(days=3), phone="0470 00 00 99")
    post = make_post(make_opening(evening, make_museum("Musée BELvue")))
    make_assignment(post, make_volunteer("Alice"))
    at(post.report_at)
    return post


def kept(page, *addresses):
    """Waits until the worker has these pages, the one in words, and no others."""
    paths = sorted([IN_WORDS, *(address[address.index("/", 8) :] for address in addresses)])
    gives_up = time.monotonic() + PATIENCE / 1000
    while page.evaluate(KEPT) != paths and time.monotonic() < gives_up:
        page.wait_for_timeout(50)
    assert page.evaluate(KEPT) == paths


def follows(page, control):
    """Press what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        control.click()


def words(page):
    """What the page in words says: its head, whether something was sent, where the copy is, and the number to call."""
    sent, read, calls = (page.locator(f"[data-{name}]") for name in ("sent", "read", "calls"))
    return [
        page.locator("h1").inner_text(),
        "sent" if sent.is_visible() else "",
        read.locator("a").evaluate("link => link.href") if read.is_visible() else "",
        calls.locator("a").inner_text() if calls.is_visible() else "",
    ]


def test_a_museum_reads_its_list_without_a_network_and_how_old_it_is_and_what_became_of_a_tick(tonight, site, phone):
    address = site + reverse("tonight", args=[links.token("tonight", tonight.opening.museum)])
    phone.goto(address)
    assert not phone.locator("[data-kept]").is_visible()
    kept(phone, address)
    follows(phone, phone.get_by_role("button", name="Est là Alice"))
    # What the tick changed is what is kept.
    phone.wait_for_function(f"async () => (await (await caches.match('{address}')).text()).includes('unmark')")

    phone.context.set_offline(True)
    phone.goto(address)

    assert phone.locator("[data-kept]").inner_text().startswith("Situation du jeudi 26\xa0mars, 17:30, sans connexion.")
    assert "Alice" in phone.locator("main .tick").first.inner_text()
    assert phone.locator("main button[disabled]").count() == phone.locator("main button").count() >= 2
    assert phone.evaluate("getComputedStyle(document.querySelector('.head')).backgroundColor") == "rgb(14, 22, 51)"
    season = site + reverse("museum", args=[links.token("museum", tonight.opening.museum)])
    phone.goto(season)
    assert words(phone) == ["Pas de connexion", "", "", "0470 00 00 99"]

    phone.context.set_offline(False)
    phone.goto(address)
    assert not phone.locator("[data-kept]").is_visible()

    phone.context.set_offline(True)
    follows(phone, phone.locator("main button").first)
    assert words(phone) == ["Pas de connexion", "sent", address, "0470 00 00 99"]
    phone.context.set_offline(False)
    follows(phone, phone.get_by_text("Réessayer"))
    assert phone.url == address
    assert phone.locator("main .tick").first.is_visible()


def test_her_evenings_are_kept_until_somebody_signs_in_or_out(tonight, site, phone, sign_in):
    alice = tonight.assignments.get().volunteer
    sign_in(phone, alice.user)
    mine = site + reverse("mine", args=[tonight.opening.evening.edition.slug])
    linked = site + reverse("evenings", args=[links.token("evenings", alice)])
    phone.goto(mine)
    kept(phone, mine)
    phone.goto(site + reverse("edition", args=[tonight.opening.evening.edition.slug]))
    phone.goto(linked)
    kept(phone, mine, linked)

    phone.context.set_offline(True)
    phone.goto(mine)
    assert "Musée BELvue" in phone.locator("body").inner_text()
    assert phone.locator("[data-kept]").is_visible()
    follows(phone, phone.get_by_text("Je ne peux pas venir").first)
    assert words(phone) == ["Pas de connexion", "", mine, "0470 00 00 99"]

    phone.context.set_offline(False)
    follows(phone, phone.get_by_text("Réessayer"))
    assert phone.locator("input[name=reason]").count() > 1
    phone.goto(mine)
    # What is sent goes through the worker, its protection against forgery too.
    follows(phone, phone.get_by_role("button", name="Je confirme"))
    assert phone.get_by_role("button", name="Je confirme").count() == 0
    phone.goto(linked)
    # A form for signing in, as far as the worker can see; the site refuses it.
    phone.evaluate(f"fetch('{reverse('account_login')}', {{method: 'POST'}})")
    kept(phone, linked)
    phone.goto(mine)
    kept(phone, mine, linked)
    phone.goto(site + reverse("account_logout"))
    follows(phone, phone.locator("main form button[type=submit]"))
    assert "logout" not in phone.url

    phone.context.set_offline(True)
    # The worker went with what it kept.
    with pytest.raises(Error, match="ERR_"):
        phone.goto(mine)


AWAY = "() => { self.fetch = async () => new Response('away', { status: 502 }); }"
# Its network never answers, and it has no patience.
TOO_SLOW = "() => { self.fetch = () => new Promise(() => {}); self.setTimeout = (late) => queueMicrotask(late); }"
# As if the page of who was signed in before came late, a link had been renewed, and noon had come meanwhile; a page
# that breaks takes nothing with it.
LATE = """async () => {
    const page = () => new Response("hers", { headers: { "Keep-Readable": "60" } });
    await keep("/fr/late/mine/", page(), people - 1);
    await keep("/fr/link/evenings/renewed/", page(), people);
    await keep("/fr/link/evenings/renewed/", new Response("", { status: 410 }), people);
    await keep("/fr/tonight/broken/", page(), people);
    await keep("/fr/tonight/broken/", new Response("", { status: 500 }), people);
    await keep("/fr/over/mine/", page(), people);
    const cache = await caches.open(CACHE), over = await cache.match("/fr/over/mine/");
    const headers = new Headers(over.headers);
    headers.set("Kept-Until", "1");
    await cache.put("/fr/over/mine/", new Response("hers", { headers }));
    self.fetch = async () => new Response("gone", { status: 404 });
    const path = "/static/css/face.0123456789ab.css";
    await cache.put(path, new Response("of the deploy before"));
    return (await file(new Request(path), path)).text();
}"""


def test_the_copy_stands_in_for_a_site_that_is_away_or_too_slow_and_ends_on_time(tonight, site, phone):
    address = site + reverse("tonight", args=[links.token("tonight", tonight.opening.museum)])
    phone.goto(address)
    kept(phone, address)
    worker = phone.context.service_workers[0]

    shown = []
    for network in (AWAY, TOO_SLOW):
        worker.evaluate(network)
        phone.goto(address)
        shown.append(phone.locator("[data-kept]").is_visible())
    stale = worker.evaluate(LATE)
    # Any page that is asked for drops what is over.
    worker.evaluate("() => { self.fetch = () => Promise.reject(new TypeError()); }")
    phone.goto(address.replace("/tonight/", "/museum/"))

    assert shown == [True, True]
    assert stale == "of the deploy before"
    kept(phone, address, site + "/fr/tonight/broken/")


def test_who_answers_an_offer_without_a_network_reads_what_became_of_it(tonight, site, phone):
    offer = make_offer(tonight, make_people(tonight.opening.evening, "Bob")[0])
    address = site + reverse("offer", args=[links.token("offer", offer.ask)])
    phone.goto(address)
    kept(phone)

    phone.context.set_offline(True)
    follows(phone, phone.get_by_role("button", name="Pas ce soir-là"))

    assert words(phone) == ["Pas de connexion", "sent", "", ""]
    phone.context.set_offline(False)
    follows(phone, phone.get_by_text("Réessayer"))
    follows(phone, phone.get_by_role("button", name="Pas ce soir-là"))
    assert "c’est noté" in phone.locator("h1").inner_text()
