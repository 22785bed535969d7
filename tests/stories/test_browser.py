"""The main job in a real browser: she signs up, is placed, cannot come, and somebody else says yes."""

from datetime import timedelta

import pytest
from django.core import mail

from nocturnes import links
from shifts.models import Assignment
from tests.stories.reader import Reader
from tests.stories.season import DAY, NOON, NOW, last_mail, link_in, make_season, workers_pass
from volunteers.models import Volunteer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMILLE = "camille@example.org"


def signs_up(reader, season):
    """Camille, on the public form; the mail's link leads to a page whose button confirms."""
    reader.goes_to("edition", season.edition.slug)
    page = reader.page
    page.locator("a[href$='/sign-up/']").first.click()
    page.wait_for_url("**/sign-up/")
    page.locator("[name=first_name]").fill("Camille")
    page.locator("[name=last_name]").fill("Lambert")
    page.locator("[name=email]").fill(CAMILLE)
    page.locator("[name=phone]").fill("0470 00 00 31")
    page.locator("[name=age_group][value='18+']").check()
    page.locator(f"label:has([name=evening_{season.evening.pk}][value=yes])").click()
    page.locator("[name=may_be_asked]").check()
    page.locator("[name=notice_privacy]").check()
    page.locator("[name=notice_information]").check()
    reader.presses("Sign me up")
    reader.reads(CAMILLE)


def confirms(reader):
    workers_pass()
    reader.opens(link_in(last_mail(mail.outbox, CAMILLE).body, "link/sign-up"))
    reader.reads("Lambert")
    assert not Volunteer.objects.filter(first_name="Camille").exists()
    reader.presses("Yes, sign me up")
    assert Volunteer.objects.filter(first_name="Camille").exists()


def signs_in(reader, season):
    """With the code of a mail."""
    reader.goes_to("season", season.edition.slug)
    reader.page.locator("input[type=email]").fill(season.lea.email)
    reader.presses("Send me a code")
    workers_pass()
    code = code_in(last_mail(mail.outbox, season.lea.email))
    reader.page.locator("[name=code]").fill(code)
    reader.presses("Sign in")
    reader.page.wait_for_url("**/season/")


def code_in(message):
    """The code stands alone on its line, four spaces in."""
    (code,) = [line.strip() for line in message.body.splitlines() if line.startswith("    ")]
    return code


def welcomes_and_places(reader, season):
    """Léa accepts Camille, puts her on the place, and publishes the evening."""
    reader.goes_to("welcome", season.edition.slug)
    reader.reads("Camille Lambert")
    reader.presses("Welcome", context="button")
    reader.goes_to("evening", season.edition.slug, DAY)
    reader.page.get_by_role("link", name=reader.word("Choose")).click()
    place = reader.page.locator("li.rank", has_text="Camille L.")
    reader.presses("Assign", within=place)
    reader.reads("Camille L.")
    assert Assignment.objects.get().is_draft
    reader.goes_to("evening_publish", season.edition.slug, DAY)
    reader.reads("Camille L.")
    reader.presses("Publish")
    assert not Assignment.objects.get().is_draft


def withdraws(reader):
    """Behind the link of the mail about her evenings."""
    reader.opens(link_in(last_mail(mail.outbox, CAMILLE).body, "link/assignment"))
    reader.reads("BELvue")
    reader.presses("I can’t come")
    assert Assignment.objects.get().is_active
    reader.presses("I can’t come")
    reader.reads(reader.word("Thanks for telling us."))
    assert Assignment.objects.get().withdrew


def says_yes(reader, season):
    reader.opens(link_in(last_mail(mail.outbox, season.bob.user.email).body, "link/offer"))
    reader.reads("BELvue")
    assert not Assignment.objects.active().exists()
    reader.presses("Yes, I’ll come")
    assert Assignment.objects.active().get().volunteer == season.bob


def museum_page(reader, season):
    reader.goes_to("museum", links.token("museum", season.museum))


def test_somebody_signs_up_is_placed_cannot_come_and_is_replaced(site, at, phone, desk):
    season = make_season()
    camille, lea = Reader(phone, site, "fr"), Reader(desk, site, "fr")

    signs_up(camille, season)
    confirms(camille)
    assert camille.fits_the_screen()
    signs_in(lea, season)
    welcomes_and_places(lea, season)
    at(NOW + timedelta(minutes=2))
    workers_pass()
    museum_page(camille, season)
    camille.reads("Camille L.")

    at(NOON)
    withdraws(camille)
    assert camille.fits_the_screen()
    workers_pass()
    assert last_mail(mail.outbox, season.lea.email).subject.count("Camille") == 1
    says_yes(camille, season)
    assert camille.fits_the_screen()
    museum_page(camille, season)

    camille.reads("Bob D.")
    assert not camille.sees("Camille")
    assert season.post.assignments.active().get().volunteer == season.bob


def test_the_same_in_dutch_on_a_phone_that_runs_no_script(site, at, plain_phone, desk):
    season = make_season(language="nl")
    camille, lea = Reader(plain_phone, site, "nl"), Reader(desk, site, "nl")

    signs_up(camille, season)
    confirms(camille)
    assert "nl" in camille.page.locator("html").get_attribute("lang")
    signs_in(lea, season)
    welcomes_and_places(lea, season)
    at(NOW + timedelta(minutes=2))
    workers_pass()
    at(NOON)
    withdraws(camille)
    workers_pass()
    says_yes(camille, season)
    museum_page(camille, season)

    camille.reads("Bob D.")
    assert not camille.sees("Camille")
