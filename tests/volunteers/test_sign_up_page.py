import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from messaging.models import Message
from nocturnes import clock, links
from tests.factories import (
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from volunteers import actions
from volunteers.models import Acknowledgement, Notice, SignUp, Volunteer

from .data import ANYBODY, NOW, filled_in, make_answers, make_notice, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(NOW)
    cache.clear()
    with translation.override("fr"):
        yield


@pytest.fixture
def season():
    return make_season()


def address(name="sign_up"):
    return reverse(name, args=["nocturnes-2026"])


def send(client, **fields):
    return client.post(address(), filled_in(**fields))


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def chosen(page):
    """The answers of the evenings that are on, by the name of their field."""
    on = re.findall(r'name="(evening_\d+)" value="(\w+)" checked', page.content.decode())
    return dict(on)


def test_the_form_offers_the_evenings_to_come_and_ticks_nothing(client, season):
    _edition, (past, coming, _later) = season
    make_notice()
    make_notice(Notice.Kind.INFORMATION)

    page = client.get(address()).content.decode()

    assert f'name="evening_{coming.pk}"' in page
    assert f'name="evening_{past.pk}"' not in page
    assert "checked" not in page


def test_who_leaves_the_form_folded_speaks_the_language_that_she_reads(client, season):
    french, dutch = make_language("fr"), make_language("nl")

    form = client.get(address()).context["form"]
    wrong = client.post(address(), filled_in(first_name="", languages=[french.pk])).context["form"]
    more = client.post(address(), filled_in(first_name="", languages=[french.pk, dutch.pk])).context["form"]

    assert form["languages"].value() == [french.pk]
    assert (form.help_is_open, wrong.help_is_open, more.help_is_open) == (False, False, True)


def test_where_there_is_one_language_nobody_chooses_it(client):
    make_season(languages=["nl"])
    with translation.override("nl"):
        page = client.get(address()).content.decode()
        sent = client.post(address(), filled_in(language="nl"))

    assert '<input type="hidden" name="language" value="nl"' in page
    assert "Taal van onze mails" not in page
    assert (sent.status_code, SignUp.objects.get().language) == (302, "nl")


def test_the_evening_of_the_address_is_chosen_and_a_typed_answer_counts_for_more(client, season):
    _edition, (_past, coming, later) = season
    link = f"{address()}?evening={later.date}"

    page = client.get(link)
    wrong = client.post(
        link, filled_in(first_name="", **{f"evening_{coming.pk}": "no", f"evening_{later.pk}": "if_needed"})
    )

    assert chosen(page) == {f"evening_{later.pk}": "yes"}
    assert chosen(wrong) == {f"evening_{coming.pk}": "no", f"evening_{later.pk}": "if_needed"}
    assert f'<link rel="canonical" href="{links.absolute("sign_up", "fr", "nocturnes-2026")}">' in page.content.decode()


def test_the_chosen_evening_stays_while_something_else_is_wrong(client, season):
    _edition, (_past, _coming, later) = season
    link = f"{address()}?evening={later.date}"

    wrong = client.post(link, filled_in(first_name="", **chosen(client.get(link))))

    assert wrong.status_code == 422
    assert chosen(wrong) == {f"evening_{later.pk}": "yes"}


@pytest.mark.parametrize("typed", ["past", "nonsense", "1999-01-01", "9" * 5000, "2026-03-26\x00", ""])
def test_an_evening_that_nobody_can_answer_for_is_not_chosen(client, season, typed):
    _edition, (past, _coming, _later) = season

    page = client.get(address(), {"evening": f"{past.date}" if typed == "past" else typed})

    assert (page.status_code, chosen(page)) == (200, {})


@pytest.mark.parametrize(
    ("typed", "chosen"), [("poster", "poster"), ("", ""), ("nowhere", ""), ("x" * 5000, ""), ("poster\x00", "")]
)
def test_the_link_says_how_somebody_heard_about_us(client, season, typed, chosen):
    page = client.get(address(), {"from": typed})

    assert (page.status_code, page.context["form"]["heard"].value() or "") == (200, chosen)


def test_what_somebody_says_holds_against_what_the_link_says(client, season):
    link = f"{address()}?from=poster"

    wrong = client.post(link, filled_in(first_name="", heard="friend"))
    client.post(link, filled_in(heard=""))

    assert wrong.context["form"]["heard"].value() == "friend"
    assert SignUp.objects.get().data["heard"] == ""


def test_who_helped_before_and_is_signed_in_finds_what_we_know_filled_in(client, season):
    dutch = make_language("nl")
    alice = make_volunteer("Alice", "Dubois", email="alice@example.org", phone="+32470000031", languages=[dutch])
    client.force_login(alice.user)

    page = client.get(address())
    with_link = client.get(address(), {"from": "poster"})

    form = page.context["form"]
    names = ("first_name", "last_name", "email", "phone", "age_group", "languages", "heard")
    filled = ["Alice", "Dubois", "alice@example.org", "+32 470 00 00 31", "18+", [dutch.pk], "before"]
    assert [form[name].value() for name in names] == filled
    assert "C’est un plaisir de te revoir, Alice." in page.content.decode()
    assert with_link.context["form"]["heard"].value() == "poster"


def test_who_is_registered_and_signed_in_is_led_to_her_page_and_finds_an_empty_form(client, season):
    edition, _evenings = season
    alice = make_volunteer("Alice", email="alice@example.org")
    make_registration(alice, edition)
    client.force_login(alice.user)

    page = client.get(address())

    assert f'href="{reverse("mine", args=[edition.slug])}"' in page.content.decode()
    assert "Alice, ton inscription est déjà faite." in page.content.decode()
    assert page.context["form"]["email"].value() is None


def test_the_next_person_at_the_same_tablet_does_not_read_the_address_of_the_one_before(client, season, monkeypatch):
    send(client)
    soon = client.get(address("sign_up_sent")).content.decode()
    later = clock.machine_now() + timedelta(minutes=15)
    monkeypatch.setattr("nocturnes.clock.machine_now", lambda: later)

    page = client.get(address("sign_up_sent"))

    assert "camille@example.org" in soon
    assert page.status_code == 200
    assert "camille@example.org" not in page.content.decode()


def test_a_form_that_arrives_with_nothing_at_all_says_what_is_missing(client, season):
    response = client.post(address())

    assert response.status_code == 422
    assert {"first_name", "last_name", "email", "phone", "age_group"} <= errors(response).keys()


def test_opening_the_form_changes_nothing(client, season):
    client.get(address())
    client.get(address("sign_up_sent"))

    assert SignUp.objects.count() == Message.objects.count() == 0


def test_a_complete_form_waits_for_the_link_in_the_mail(client, season):
    _edition, (_past, coming, later) = season
    privacy, note = make_notice(), make_notice(Notice.Kind.INFORMATION)
    language, role, museum = make_language("lsfb"), make_role(), make_museum()

    response = send(
        client,
        email=" Camille@Example.org",
        most_evenings="2",
        languages=[language.pk],
        roles=[role.pk],
        museums=[museum.pk],
        with_whom="Lien",
        arrange="a chair\nby the door",
        heard="friend",
        may_be_asked="on",
        notice_privacy="on",
        notice_information="on",
        **{f"evening_{coming.pk}": "yes"},
    )

    assert (response.status_code, response.url) == (302, address("sign_up_sent"))
    waiting = SignUp.objects.get()
    assert waiting.email == "camille@example.org"
    assert waiting.data == make_answers(
        most_evenings=2,
        with_whom="Lien",
        arrange="a chair\nby the door",
        heard="friend",
        languages=[language.pk],
        roles=[role.pk],
        museums=[museum.pk],
        evenings={str(coming.pk): "yes", str(later.pk): ""},
        notices=[privacy.pk, note.pk],
    )
    assert "camille@example.org" in client.get(response.url).content.decode()


def test_of_one_evening_nobody_is_asked_how_many(client):
    evening = make_evening(edition=make_edition())

    page = client.get(address())
    send(client, most_evenings="3", **{f"evening_{evening.pk}": "yes"})

    assert "most_evenings" not in page.context["form"].fields
    assert SignUp.objects.get().data["most_evenings"] is None


def test_the_smallest_form_is_enough(client, season):
    assert send(client).status_code == 302
    assert SignUp.objects.get().data["most_evenings"] is None


def test_an_address_that_we_know_sees_the_same_page(client, season):
    edition, _evenings = season
    make_registration(make_volunteer(email="alice@example.org"), edition)

    known = send(client, email="alice@example.org")
    page_of_known = client.get(known.url).content.decode()
    unknown = send(client, email="zoe@example.org")
    page_of_unknown = client.get(unknown.url).content.decode()

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert page_of_known.replace("alice@", "zoe@") == page_of_unknown
    assert [message.kind for message in Message.objects.order_by("pk")] == ["already_registered", "sign_up"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first_name": ""}, "Write the first name that we call you by."),
        ({"first_name": "x" * 61}, "This is too long: 60 characters at most, you wrote 61."),
        ({"first_name": "<script>alert(1)</script>"}, "Only a name here, without links or characters such as < @ /."),
        ({"first_name": "win.example.org"}, "Only a name here, without links or characters such as < @ /."),
        ({"first_name": "Zoé\nBcc: all"}, "Only a name here, without links or characters such as < @ /."),
        ({"last_name": ""}, "Write your name."),
        ({"last_name": "x" * 81}, "This is too long: 80 characters at most, you wrote 81."),
        ({"email": ""}, "Write your e-mail address: the link to confirm goes there."),
        ({"email": "camille"}, "The @ is missing, as in firstname@example.org."),
        ({"email": "camille@"}, "What follows the @ is missing, as in firstname@example.org."),
        ({"email": "@example.org"}, "What comes before the @ is missing, as in firstname@example.org."),
        ({"email": "camille @example.org"}, "There is a space in the address. Take it out."),
        ({"email": "a@b@example.org"}, "There are two @ in the address. Keep one."),
        ({"email": "camille@example"}, "The end of the address is missing, as in .org or .be."),
        (
            {"email": "cam<ille@example.org"},
            "We cannot write to this e-mail address. Check each letter again.",
        ),
        ({"email": "x" * 250 + "@example.org"}, "This is too long: 254 characters at most, you wrote 262."),
        ({"phone": ""}, "Write the number that we can reach you at on the evening itself."),
        ({"phone": "0470 00 00 311"}, "11 digits, we expect ten. For a foreign number begin with +."),
        ({"phone": "no number"}, "Write the number in digits, as in 0470 12 34 56."),
        ({"phone": "+32 470 00"}, "This number does not exist. Check each digit; a foreign number begins with +."),
        (
            {"phone": "0999 99 99 99"},
            "This number does not exist. Check each digit; a foreign number begins with +.",
        ),
        ({"age_group": ""}, "Tell us whether you are 18: under 18 a parent has to agree."),
        ({"age_group": "12"}, "Choose one of the answers of the list."),
        ({"language": "de"}, "Choose one of the answers of the list."),
        ({"language": ""}, "Choose the language that we write to you in."),
        ({"most_evenings": "99"}, "Choose one of the answers of the list."),
        ({"most_evenings": "<b>"}, "Choose one of the answers of the list."),
        ({"languages": ["999"]}, "Choose only from the list."),
        ({"roles": ["x"]}, "Choose only from the list."),
        ({"museums": ["999"]}, "Choose only from the list."),
        ({"with_whom": "x" * 121}, "This is too long: 120 characters at most, you wrote 121."),
        ({"with_whom": "one\ntwo"}, "Write this on one line."),
        ({"arrange": "x" * 501}, "This is too long: 500 characters at most, you wrote 501."),
        ({"arrange": "a\x00b"}, "This contains a character that cannot be read. Type it again."),
    ],
)
def test_what_is_wrong_gets_its_sentence_and_nothing_is_lost(client, season, fields, sentence):
    (name,) = fields

    response = client.post("/en/nocturnes-2026/sign-up/", filled_in(**{"with_whom": "Lien & Wout", **fields}))

    assert response.status_code == 422
    assert errors(response) == {name: [sentence]}
    assert SignUp.objects.count() == Message.objects.count() == 0
    page = response.content.decode()
    kept = {"first_name": "Camille", "email": "camille@example.org", "with_whom": "Lien &amp; Wout"}
    for field, value in kept.items():
        assert field == name or f'value="{value}"' in page
    # In the summary, as a link, and at the field.
    assert re.search(rf'href="#id_{name}(_0)?"', page)
    assert "<script>alert" not in page


@pytest.mark.parametrize("answer", ["maybe", "<script>", "Yes"])
def test_an_answer_for_an_evening_that_is_none_is_refused(client, season, answer):
    _edition, (_past, coming, _later) = season

    response = send(client, **{f"evening_{coming.pk}": answer})

    assert list(errors(response)) == [f"evening_{coming.pk}"]


def test_answers_for_evenings_that_are_not_offered_are_not_heard(client, season):
    _edition, (past, coming, later) = season
    _other, (_o, foreign, _p) = make_season(slug="autumn")

    send(client, **{f"evening_{past.pk}": "yes", f"evening_{foreign.pk}": "yes", "evening_999999999": "yes"})

    assert SignUp.objects.get().data["evenings"] == {str(coming.pk): "", str(later.pk): ""}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0470 00 00 31", "+32470000031"),
        ("0470/00.00.31", "+32470000031"),
        ("+32 470 00 00 31", "+32470000031"),
        ("0032470000031", "+32470000031"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0031 6 12345678", "+31612345678"),
    ],
)
def test_a_number_is_belgian_unless_it_says_otherwise(client, season, typed, kept):
    send(client, phone=typed)

    assert SignUp.objects.get().data["phone"] == kept


@pytest.mark.parametrize("missing", ["notice_privacy", "notice_information"])
def test_both_notices_are_acknowledged_separately(client, season, missing):
    make_notice()
    make_notice(Notice.Kind.INFORMATION)
    ticks = {"notice_privacy": "on", "notice_information": "on"}
    del ticks[missing]

    response = send(client, **ticks)

    assert list(errors(response)) == [missing]


def test_the_latest_version_of_a_notice_counts(client, season):
    make_notice(version=1, text_fr="## Ancien")
    latest = make_notice(version=2, text_fr="## Nouveau <script>alert(1)</script>")
    make_notice(version=3, text_fr="## Plus tard", since=NOW.replace(year=2027))

    page = client.get(address()).content.decode()
    send(client, notice_privacy="on")

    assert "Nouveau" in page
    assert "Ancien" not in page
    assert "Plus tard" not in page
    assert "<script>alert" not in page
    assert SignUp.objects.get().data["notices"] == [latest.pk]


def test_a_notice_has_a_page_of_its_own(client, season):
    make_notice()

    assert "Ce que nous gardons" in client.get(reverse("notice", args=["nocturnes-2026", "privacy"])).content.decode()
    assert client.get(reverse("notice", args=["nocturnes-2026", "information"])).status_code == 404
    assert client.get(reverse("notice", args=["nocturnes-2026", "x"])).status_code == 404


def test_under_18_a_parents_name_and_address_are_asked_for(client, season):
    response = send(client, age_group="16-17")

    assert set(errors(response)) == {"parent_name", "parent_email"}


def test_under_18_the_parents_address_is_not_ones_own(client, season):
    response = send(client, age_group="16-17", parent_name="Anne", parent_email="CAMILLE@example.org")

    assert list(errors(response)) == ["parent_email"]


def test_under_18_with_a_parent_is_welcome(client, season):
    send(client, age_group="16-17", parent_name="Anne", parent_email="anne@example.org")

    assert SignUp.objects.get().data["parent_email"] == "anne@example.org"


def test_what_an_adult_left_in_a_parents_field_is_not_in_the_way(client, season):
    assert send(client, parent_email="anne@", parent_name="<b>").status_code == 302

    assert (SignUp.objects.get().data["parent_email"], SignUp.objects.get().data["parent_name"]) == ("", "")


def test_closed_sign_up_has_a_sentence_and_takes_no_form(client):
    make_season(sign_up_open=False)

    page, sent = client.get(address()), send(client)

    assert (page.status_code, sent.status_code) == (200, 409)
    for response in (page, sent):
        assert "nocturnes@example.org" in response.content.decode()
        assert "<form" not in response.content.decode()
    assert SignUp.objects.count() == 0


def test_an_edition_that_is_not_there_is_not_found(client, season):
    assert client.get(reverse("sign_up", args=["nowhere"])).status_code == 404


def test_a_client_that_sends_many_forms_has_to_wait(client, season):
    for number in range(30):
        assert send(client, email=f"someone{number}@example.org").status_code == 302

    refused = send(client, email="onemore@example.org")

    assert refused.status_code == 429
    assert 'value="onemore@example.org"' in refused.content.decode()
    assert SignUp.objects.filter(email="onemore@example.org").count() == 0
    assert client.post(address(), filled_in(email="b@example.org"), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_behind_a_proxy_each_client_is_counted_by_itself(client, season, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def from_client(number, email):
        headers = {"X-Forwarded-For": f"203.0.113.9, 198.51.100.{number}"}
        return client.post(address(), filled_in(email=email), headers=headers).status_code

    for number in range(30):
        from_client(1, f"someone{number}@example.org")

    assert from_client(1, "onemore@example.org") == 429
    assert from_client(2, "onemore@example.org") == 302


def test_forms_with_mistakes_are_not_counted(client, season):
    for _number in range(31):
        send(client, email="camille@")

    assert send(client).status_code == 302


def test_the_whole_way_from_the_form_to_the_registration(client, season):
    privacy = make_notice()
    send(client, notice_privacy="on")
    token = links.token("sign-up", SignUp.objects.get(), until=actions.link_ends(SignUp.objects.get()))

    client.post(reverse("sign_up_confirm", args=[token]))

    volunteer = Volunteer.objects.get()
    assert volunteer.full_name == "Camille Lambert"
    assert Acknowledgement.objects.get().notice == privacy


def test_who_confirmed_is_told_by_mail_when_she_signs_up_again(client, season):
    edition, _evenings = season
    send(client)
    actions.confirm(SignUp.objects.get(), by=ANYBODY, now=NOW)

    send(client)

    assert Volunteer.objects.count() == 1
    assert edition.registrations.count() == 1


def test_each_line_of_the_summary_leads_to_a_field_that_takes_the_focus(client, season):
    _edition, (_past, coming, _later) = season
    make_notice()
    wrong = {"first_name": "", "age_group": "", "most_evenings": "99", "heard": "x", f"evening_{coming.pk}": "x"}

    text = send(client, **wrong, languages=["0"]).content.decode()

    (summary,) = re.findall(r'<div class="summary".*?</div>', text, re.DOTALL)
    assert 'tabindex="-1" autofocus' in summary
    leads_to = re.findall(r'href="#([^"]+)"', summary)
    fields = {*re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', text)}
    assert leads_to == [
        "id_first_name",
        "id_age_group_0",
        "id_most_evenings",
        "id_languages_0",
        "id_heard",
        f"id_evening_{coming.pk}_0",
        "id_notice_privacy",
    ]
    # A kind of language that nobody offers has no box to lead to.
    assert [name for name in leads_to if name not in fields] == ["id_languages_0"]
