"""The pages of swaps: whom she may ask, what she sees of it, the question's own page, the coordinator's desk."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from messaging.models import Message
from nocturnes import links
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.models import Swap
from shifts.pages.digest import digest
from tests.factories import (
    NOW,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.swaps import accept, fresh, make_place, on, propose, someone

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SENT = "If this person can take your place, our message is on its way."


@pytest.fixture(autouse=True)
def in_english(at):
    at(NOW)
    with translation.override("en"):
        yield


def link(place):
    return reverse("assignment_swap", args=[links.token("assignment", place)])


def mine(place, name="evenings", *args):
    return reverse(name, args=[links.token("evenings", place.volunteer), *args])


def question(swap, name="swap"):
    return reverse(name, args=[links.token("swap", swap)])


def text(response):
    return response.content.decode()


def places():
    """Alice with Bob at one museum, in another role; Carol at a museum of the same evening where Alice is not."""
    evening = make_evening(published_at=NOW)
    opening = make_opening(evening, make_museum("BELvue"))
    alices = make_place(make_post(opening))
    bobs = make_place(make_post(opening, role=make_role("cloakroom", name_en="Cloakroom")), "Bob")
    carols = make_place(make_post(make_opening(evening, make_museum("Horta"))), "Carol")
    return alices, bobs, carols


def test_she_sees_her_team_mates_by_first_name_and_initial_and_nothing_else(client):
    alices, bobs, _carols = places()
    # Bob is elsewhere, too, a week later: that is his own business.
    later = make_evening(date(2026, 4, 2), published_at=NOW)
    make_place(make_post(make_opening(later, make_museum("Wiels"))), "Zed")
    bobs_other = make_post(make_opening(later, make_museum("Atomium")))
    actions.assign(bobs_other, bobs.volunteer, accept=["no_answer", "enough_evenings"], by=SYSTEM, now=NOW)

    page = text(client.get(link(alices)))

    assert "Bob D." in page
    assert "we exchange: I get BELvue, cloakroom, 26\u00a0March, 17:30" in page
    for hidden in ("Dupont", "Carol", "Zed", "Atomium", bobs.volunteer.user.email, str(bobs.volunteer.phone)):
        assert hidden not in page


def test_a_place_at_an_hour_at_which_she_has_another_one_cannot_be_got_for_hers(client):
    alices, bobs, _carols = places()
    later = make_opening(make_evening(date(2026, 4, 2), published_at=NOW), make_museum("Wiels"))
    for one, post in ((alices, make_post(later)), (bobs, make_post(later, role=make_role("cloakroom")))):
        actions.assign(post, one.volunteer, accept=["no_answer"], by=SYSTEM, now=NOW)

    page = text(client.get(mine(alices, "evenings_swap", alices.pk)))

    assert "I get BELvue" in page
    assert "I get Wiels" not in page


def test_the_link_of_one_place_shows_nothing_of_her_other_places(client):
    alices, _bobs, _carols = places()
    later = make_opening(make_evening(date(2026, 4, 2), published_at=NOW), make_museum("Wiels"))
    zeds = make_place(make_post(later), "Zed")
    other = make_post(later, role=make_role("cloakroom"))
    actions.assign(other, alices.volunteer, accept=["no_answer"], by=SYSTEM, now=NOW)

    by_one = text(client.get(link(alices)))
    forged = client.post(link(alices), {"who": f"mate-{zeds.volunteer.pk}"})
    by_all = text(client.get(mine(alices, "evenings_swap", alices.pk)))

    assert ("Bob D." in by_one, "Zed D." in by_one) == (True, False)
    assert ("Bob D." in by_all, "Zed D." in by_all) == (True, True)
    assert (forged.status_code, Swap.objects.exists()) == (422, False)


def test_the_answer_is_the_same_whether_we_know_the_address_or_not(client):
    """Known, unknown, blocked, busy, on no list: the same page, and the same evenings afterwards."""
    alices, _bobs, carols = places()
    blocked = someone(alices.post, "Max", blocked_at=NOW)
    known, stranger = someone(alices.post, "Nina"), make_volunteer("Eve")
    addresses = [one.user.email for one in (known, blocked, carols.volunteer, stranger)] + ["nobody@example.org"]
    seen = set()

    for address in addresses:
        answer = client.post(link(alices), {"who": "address", "address": address.upper()}, follow=True)
        shown = text(client.get(mine(alices)))
        seen.add((answer.redirect_chain[0][1], SENT in text(answer), shown.count("the address that you typed")))
        assert not any(f"{name} D." in shown for name in ("Nina", "Max", "Carol", "Eve"))
        client.post(reverse("assignment_swap_back", args=[links.token("assignment", alices)]))
        Swap.objects.all().delete()

    assert seen == {(302, True, 1)}
    assert set(Message.objects.filter(kind="swap_asked").values_list("user", flat=True)) == {known.user_id}


def test_we_keep_no_address_that_we_do_not_know(client):
    alices, _bobs, _carols = places()

    client.post(link(alices), {"address": "nobody@example.org"})

    assert (Swap.objects.get().volunteer, Swap.objects.get().by_address) == (None, True)


def test_only_a_team_mate_can_be_chosen_from_the_list(client):
    alices, bobs, carols = places()

    for value in (f"mate-{carols.volunteer.pk}", f"place-{carols.pk}", f"place-{alices.pk}", "mate-x"):
        assert client.post(link(alices), {"who": value}).status_code == 422
    client.post(link(alices), {"who": f"place-{bobs.pk}"})

    assert Swap.objects.get().theirs == bobs


def test_who_has_a_place_at_that_hour_is_offered_for_an_exchange_only(client):
    alices, bobs, _carols = places()
    opening = alices.post.opening
    early = make_place(make_post(opening, report=time(14), starts=time(14), ends=time(16)), "Early")
    same = make_place(make_post(opening, report=time(12), starts=time(12), ends=time(13)), "Same")
    actions.assign(alices.post, same.volunteer, accept=["no_answer", "enough_evenings"], by=SYSTEM, now=NOW)

    page = text(client.get(link(alices)))
    forged = client.post(link(alices), {"who": f"mate-{bobs.volunteer.pk}"})

    assert f'value="mate-{early.volunteer.pk}"' in page
    assert f'value="place-{bobs.pk}"' in page
    assert f'value="mate-{bobs.volunteer.pk}"' not in page
    assert f'value="mate-{same.volunteer.pk}"' not in page
    assert (forged.status_code, Swap.objects.exists()) == (422, False)


def test_her_evenings_show_what_she_asked_until_she_takes_it_back(client):
    alices, _bobs, _carols = places()
    early = make_place(make_post(alices.post.opening, report=time(14), starts=time(14), ends=time(16)), "Early")
    client.post(link(alices), {"who": f"mate-{early.volunteer.pk}"})

    before = text(client.get(mine(alices)))
    again = text(client.get(link(alices)))
    client.post(mine(alices, "evenings_swap_back", alices.pk))
    after = text(client.get(mine(alices)))

    assert "You asked somebody to come" in before
    assert "no answer yet" in before
    assert "Or ask somebody yourself" not in before
    assert 'name="who"' not in again
    assert "You asked somebody to come" not in after
    assert "Or ask somebody yourself" in after


def test_who_is_asked_finds_it_on_her_evenings_and_leads_to_the_question(client):
    alices, _bobs, _carols = places()
    nina = someone(alices.post, "Nina")
    swap = propose(alices, nina)

    page = text(client.get(reverse("evenings", args=[links.token("evenings", nina)])))

    assert "Alice D. asks whether you could come instead." in page
    # A token has the second in which it was made.
    assert question(swap).partition(":")[0] in page


def test_a_yes_on_the_page_of_the_question_makes_the_place_hers(client):
    alices, _bobs, _carols = places()
    swap = propose(alices, someone(alices.post, "Nina"))

    before = text(client.get(question(swap)))
    answer = client.post(question(swap, "swap_answer"), {"answer": "yes"}, follow=True)

    assert "Alice D. asks you" in before
    assert "Bob D." in before
    assert on(alices.post) == ["Nina"]
    assert "The place is yours. See you on Thursday 26\u00a0March." in text(answer)
    assert "I can’t come" in text(answer)


def test_a_no_changes_nothing_and_says_thank_you(client):
    alices, _bobs, _carols = places()
    swap = propose(alices, someone(alices.post, "Nina"))

    answer = client.post(question(swap, "swap_answer"), {"answer": "no"}, follow=True)

    assert "Thank you for answering" in text(answer)
    assert on(alices.post) == ["Alice"]


def test_she_may_offer_a_place_of_hers_for_it_and_sees_that_it_is_on_its_way(client):
    alices, _bobs, _carols = places()
    later = make_evening(date(2026, 4, 2), published_at=NOW)
    ninas = make_place(make_post(make_opening(later, make_museum("Wiels"))), "Nina")
    for place, other in ((alices, ninas), (ninas, alices)):
        make_available(place.volunteer, other.post.opening.evening)
    swap = propose(alices, ninas.volunteer)

    page = text(client.get(question(swap)))
    answer = client.post(question(swap, "swap_answer"), {"answer": "instead", "place": ninas.pk}, follow=True)
    strange = client.post(question(swap, "swap_answer"), {"answer": "instead", "place": alices.pk})

    assert "I’ll come if Alice D. comes in my place another time" in page
    assert "Your proposal is on its way" in text(answer)
    assert strange.status_code == 404
    back = Swap.objects.live().get()
    accept(back)
    assert (on(ninas.post), on(alices.post)) == (["Alice"], ["Nina"])


def test_what_is_over_says_so_and_a_late_click_gets_its_sentence(client):
    alices, _bobs, _carols = places()
    swap = propose(alices, someone(alices.post, "Nina"))
    actions.withdraw(alices, by=SYSTEM, now=NOW)

    page = text(client.get(question(swap)))
    answer = client.post(question(swap, "swap_answer"), {"answer": "yes"}, follow=True)

    assert "This question is over" in page
    assert "This is no longer possible" in text(answer)


def test_nobody_chooses_for_a_place_whose_team_meets(client, at):
    alices, _bobs, _carols = places()
    at(alices.report_at)

    answer = client.get(link(alices))

    assert answer.status_code == 302


def waiting_for_lea():
    edition = make_edition()
    edition.rules_data = {"swap_needs_ok": True}
    edition.save()
    alices, _bobs, _carols = places()
    alices.post.opening.languages.add(make_language("nl"))
    alices.volunteer.languages.add(make_language("nl"))
    return accept(propose(alices, someone(alices.post, "Nina"))), edition


@pytest.fixture
def desk(client):
    client.force_login(make_coordinator())
    return client


def test_the_desk_shows_what_waits_and_what_would_be_lost_and_agrees(desk):
    swap, edition = waiting_for_lea()

    page = text(desk.get(reverse("swaps", args=[edition.slug])))
    season = text(desk.get(reverse("season", args=[edition.slug])))
    answer = desk.post(reverse("swap_agree", args=[edition.slug, swap.pk]), follow=True)

    waits = text(desk.get(reverse("waiting", args=[edition.slug])))

    assert "Swap: done" in waits
    assert "Alice Dupont" in page
    assert "Nina Dupont" in page
    assert "nobody would speak it there any more" in page
    assert "Both said yes, and wait for yours" in season
    assert on(swap.assignment.post) == ["Nina"]
    assert "The swap of Alice D. is done." in text(answer)
    assert "Done in the last seven days" in text(answer)


def test_the_desk_refuses_and_tells_what_waits_between_volunteers(desk):
    swap, edition = waiting_for_lea()
    other = make_place(make_post(swap.assignment.post.opening), "Olga")
    propose(other, None, by_address=True)

    answer = desk.post(reverse("swap_refuse", args=[edition.slug, swap.pk]), follow=True)

    assert "an address that we do not know" in text(answer)
    assert fresh(swap).ended_because == Swap.Because.REFUSED
    assert on(swap.assignment.post) == ["Alice"]


def test_the_digest_counts_what_waits_for_a_coordinator_and_no_other():
    swap, edition = waiting_for_lea()
    propose(make_place(make_post(swap.assignment.post.opening), "Olga"), None, by_address=True)

    lines = [line.text for line in digest(edition, since=NOW, now=NOW).waiting]

    assert "1 swap to agree to" in lines


def test_a_museum_sees_who_comes_and_nothing_of_a_swap(client):
    alices, _bobs, _carols = places()
    accept(propose(alices, someone(alices.post, "Nina")))
    propose(make_place(alices.post, "Olga"), None, by_address=True)

    page = text(client.get(reverse("museum", args=[links.token("museum", alices.post.opening.museum)])))

    assert "Nina D." in page
    assert "Alice" not in page
    assert "swap" not in page.lower()


def test_the_wrong_edition_is_not_there(desk):
    swap, _edition = waiting_for_lea()
    other = make_edition("other")

    answer = desk.post(reverse("swap_agree", args=[other.slug, swap.pk]))

    assert answer.status_code == 404
    assert not fresh(swap).is_done


def test_late_and_early_shift_of_one_museum_can_be_exchanged_from_the_list(client):
    evening = make_evening(published_at=NOW)
    opening = make_opening(evening)
    early = make_place(make_post(opening, report=time(14), starts=time(14), ends=time(18)))
    late = make_place(make_post(opening, report=time(18), starts=time(18), ends=time(22)), "Bob")

    client.post(link(early), {"who": f"place-{late.pk}"})
    client.post(question(Swap.objects.get(), "swap_answer"), {"answer": "yes"})

    assert (on(early.post), on(late.post)) == (["Bob"], ["Alice"])
    assert Message.objects.filter(kind="swap_done", due__lte=NOW + timedelta(minutes=1)).count() == 2


def test_who_was_blocked_since_reads_no_names_behind_the_link(client):
    alices, _bobs, _carols = places()
    nina = someone(alices.post, "Nina")
    swap = propose(alices, nina)

    before = text(client.get(question(swap)))
    actions.block(nina, by=SYSTEM, now=NOW)
    after = text(client.get(question(swap)))

    assert ("Bob D." in before, "Alice D." in before, 'value="yes"' in before) == (True, True, True)
    assert ("Bob D." in after, "Alice D." in after, 'value="yes"' in after) == (False, False, False)


def test_as_much_is_read_for_an_address_that_we_do_not_know(client):
    alices, _bobs, _carols = places()
    blocked = someone(alices.post, "Max", blocked_at=NOW)
    read = []

    for address in (blocked.user.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            client.post(link(alices), {"who": "address", "address": address})
        read.append(len(queries))
        Swap.objects.all().delete()

    # Of somebody who has a place a little more is read than of somebody who has none.
    assert abs(read[0] - read[1]) <= 2
