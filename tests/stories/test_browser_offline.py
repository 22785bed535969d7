"""Without a network: my evenings and a museum's list of tonight stay readable, and nothing else does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from nocturnes import links
from tests.factories import NOW, make_assignment, make_evening, make_museum, make_opening, make_post, make_volunteer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => {
    const cache = await caches.open("nocturnes-1");
    const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
    return paths.filter((path) => !path.startsWith("/static/")).sort();
}"""


@pytest.fixture
def phone(chromium):
    """A phone whose browser keeps what a service worker keeps."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def tonight(site, at):
    """Alice's post at BELvue, on its evening at 17:00."""
    post = make_post(make_opening(make_evening(published_at=NOW - timedelta(days=3)), make_museum("Musée BELvue")))
    make_assignment(post, make_volunteer("Alice"))
    at(post.report_at)
    return post


def kept(page, *addresses):
    """Waits until the worker has these pages, and no others."""
    paths = sorted(address[address.index("/", 8) :] for address in addresses)
    for _ in range(100):
        if page.evaluate(KEPT) == paths:
            return
        page.wait_for_timeout(50)
    assert page.evaluate(KEPT) == paths


def test_a_museum_reads_its_list_without_a_network_and_how_old_it_is(tonight, site, phone):
    address = site + reverse("tonight", args=[links.token("tonight", tonight.opening.museum)])
    phone.goto(address)
    assert not phone.locator("[data-kept]").is_visible()
    kept(phone, address)
    phone.get_by_role("button", name="Est là Alice").click()
    # What the tick changed is what is kept.
    phone.wait_for_function(f"async () => (await (await caches.match('{address}')).text()).includes('unmark')")

    phone.context.set_offline(True)
    phone.goto(address)

    assert phone.locator("[data-kept]").inner_text().startswith("Situation du jeudi 26\xa0mars, 17:30, sans réseau.")
    assert "Alice" in phone.locator("main .tick").first.inner_text()
    assert phone.locator("main button[disabled]").count() == phone.locator("main button").count() == 2
    assert phone.evaluate("getComputedStyle(document.querySelector('.head')).backgroundColor") == "rgb(14, 22, 51)"
    with pytest.raises(Error, match="ERR_"):
        phone.goto(address.replace("/tonight/", "/museum/"))

    phone.context.set_offline(False)
    phone.goto(address)
    assert not phone.locator("[data-kept]").is_visible()


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

    phone.context.set_offline(False)
    phone.goto(linked)
    # A form for signing in, as far as the worker can see; the site refuses it.
    phone.evaluate(f"fetch('{reverse('account_login')}', {{method: 'POST'}})")
    kept(phone, linked)
    phone.goto(mine)
    kept(phone, mine, linked)
    phone.goto(site + reverse("account_logout"))
    phone.locator("main form button[type=submit]").click()
    phone.wait_for_url(lambda url: "logout" not in url)

    phone.context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        phone.goto(mine)
