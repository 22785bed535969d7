"""What each rule of an edition is called, and what it does, in plain words."""

from django.utils.translation import gettext_lazy as _

from shifts.ranking import PRESET_WORDS, RANKING_WORDS

SELF_SERVICE_WORDS = {
    "off": _("No: coordinators assign"),
    "approve": _("They ask, and a coordinator says yes or no"),
    "at_once": _("Yes, at once, where they fit"),
}

# Every answer that is one word of a list, as it is said.
CHOICE_WORDS = SELF_SERVICE_WORDS | {preset: title for preset, (title, _what) in PRESET_WORDS.items()}

LABELS = {
    "quiet_from": _("Quiet from"),
    "quiet_until": _("Quiet until"),
    "quiet_days": _("Quiet all day on"),
    "undo": _("Time to take a click back, in minutes"),
    "working_days": _("Working days of the coordination"),
    "working_hour": _("The working day begins at"),
    "briefing_days": _("Full briefing: days before"),
    "briefing_at": _("Full briefing: at"),
    "unconfirmed_days": _("Question to who has not confirmed: days before"),
    "unconfirmed_at": _("Question to who has not confirmed: at"),
    "eve_days": _("Short reminder: days before"),
    "eve_at": _("Short reminder: at"),
    "reserve_days": _("Word to the reserve: days before"),
    "reserve_at": _("Word to the reserve: at"),
    "to_phone_days": _("Whom to phone: days before"),
    "to_phone_at": _("Whom to phone: at"),
    "last_useful": _("Still useful after the start, in minutes"),
    "wanted_stops": _("Places on top: stop looking, hours before"),
    "language_waves": _("A language goes missing: waves that ask its speakers only"),
    "asks_need_consent": _("Each wave waits for a coordinator’s yes"),
    "ranking": _("What counts most"),
    "reserve_most": _("People on call for an evening, at most"),
    "reserve_many": _("People on call for a large evening, at most"),
    "reserve_many_from": _("An evening is large from how many places on"),
    "reserve_from": _("Reachable by phone from"),
    "reserve_until": _("Reachable by phone until"),
    "asks_a_week": _("Questions to one person in a week, at most"),
    "asks_an_evening": _("Questions to one person about one evening, at most"),
    "budget_until": _("The limits end, hours before"),
    "self_service": _("May volunteers take an open place themselves?"),
    "swap_needs_ok": _("A swap waits for a coordinator’s yes"),
    "sign_up_open": _("Sign-up is open"),
    "welcome_is_automatic": _("Welcome newcomers automatically"),
    "expected_loss": _("People lost between saying yes and coming, in per cent"),
    "digest_at": _("Summary of the day at"),
    "alert_within": _("Alert at once within, in hours"),
    "phones_from": _("Museums see phone numbers on the day from"),
    "phones_until": _("until, the day after, at"),
    "shows_figures": _("Show the number of open places on the public page"),
} | {f"weights_{criterion}": label for criterion, (label, _what) in RANKING_WORDS.items()}

HELP = {
    "quiet_from": _("From this hour in the evening, nothing that can wait leaves."),
    "quiet_until": _("What waited leaves at this hour. Twice the same hour: no night is quiet."),
    "quiet_days": _("Urgent messages leave all the same: a search within the last hours, a change on the day itself."),
    "undo": _("Until then a message waits, and several changes become one message per person."),
    "working_days": _("What can wait for a coordinator waits for the next of these days; the summary comes on them."),
    "working_hour": _("A search with much time left asks first then, so that you may find somebody yourself."),
    "briefing_days": _("Where, when, with whom, and “I’m coming” or “I can’t come”."),
    "unconfirmed_days": _("Only who has not answered the briefing gets it."),
    "eve_days": _("Report time, door, stop, number to call."),
    "reserve_days": _("0 is the day itself. Whoever is on call keeps a phone within reach."),
    "to_phone_days": _("Whoever has not confirmed by then is on the list of people to phone."),
    "last_useful": _("After that nobody is asked any more, and a yes comes too late."),
    "wanted_stops": _("Places that are welcome but not needed are not searched for after that."),
    "language_waves": _(
        "Then others are asked too, and you read which language is missing. 0: everybody from the start."
    ),
    "asks_need_consent": _(
        "You are told that a wave is ready, and it asks nobody before you agreed. "
        "Where the pace asks everybody, it waits for no yes any more."
    ),
    "ranking": _("Whoever is on call comes first. For the others each of these puts something else before the rest."),
    "reserve_most": _("People who agreed to keep an evening free and come where somebody is missing."),
    "reserve_from": _("On the day. Whoever agrees to be on call reads these hours."),
    "reserve_until": _("Then whoever is not needed is free, unless a place is still open."),
    "asks_a_week": _("After that, searches leave them alone for the rest of the week. The reserve is not counted."),
    "asks_an_evening": _("One question may offer several places."),
    "budget_until": _("In the last hours before the report time anybody may be asked again."),
    "self_service": _("Only on published evenings, and only a place that fits: age, languages, no other post then."),
    "swap_needs_ok": _("Otherwise two volunteers who agree have swapped, and you are told."),
    "sign_up_open": _("Closed, the sign-up page says so, and who is registered keeps everything."),
    "welcome_is_automatic": _("Otherwise each newcomer waits for a coordinator, without a place and without names."),
    "expected_loss": _("The forecast of each evening counts with it before you publish."),
    "digest_at": _("Withdrawn, filled, waiting for you: one mail on each working day, none without news."),
    "alert_within": _("A withdrawal this close to the report time is told at once, and only to the evening lead."),
    "phones_from": _("At other times a museum sees first names and initials only."),
    "shows_figures": _("Otherwise the page says it in words: much needed, a few places, full."),
}

# (slug, title, explanation, names); the table of paces comes after the group "search".
GROUPS = [
    (
        "messages",
        _("Messages and quiet hours"),
        _("When Nocturnes may write to people, and how long you can take a click back."),
        ["quiet_from", "quiet_until", "quiet_days", "undo"],
    ),
    (
        "reminders",
        _("Reminders"),
        _("Counted in days before the evening. What has not left yet moves when you save; what has left stays."),
        [
            "briefing_days",
            "briefing_at",
            "unconfirmed_days",
            "unconfirmed_at",
            "eve_days",
            "eve_at",
            "reserve_days",
            "reserve_at",
            "to_phone_days",
            "to_phone_at",
        ],
    ),
    (
        "search",
        _("Looking for somebody else"),
        _("How fast people are asked when somebody cannot come. The less time is left, the more are asked."),
        ["last_useful", "wanted_stops", "language_waves", "asks_need_consent"],
    ),
    (
        "ranking",
        _("Who is asked first"),
        _("Only who may be asked is in the list at all; this decides the order."),
        ["ranking"],
    ),
    (
        "budget",
        _("How often one person is asked"),
        _("Nobody helps for long who is asked all the time."),
        ["asks_a_week", "asks_an_evening", "budget_until"],
    ),
    (
        "reserve",
        _("The reserve"),
        _("An agreement for one evening: proposed by you, accepted by who reads what it means."),
        ["reserve_most", "reserve_many", "reserve_many_from", "reserve_from", "reserve_until"],
    ),
    (
        "people",
        _("Signing up and taking places"),
        _("What volunteers do without you."),
        ["self_service", "swap_needs_ok", "sign_up_open", "welcome_is_automatic"],
    ),
    (
        "desk",
        _("The coordinator’s day"),
        _("What you are told, and when."),
        ["working_days", "working_hour", "digest_at", "alert_within", "expected_loss"],
    ),
    (
        "shown",
        _("What others see"),
        _("Museums and visitors."),
        ["phones_from", "phones_until", "shows_figures"],
    ),
]

# What is folded away under a group.
FOLDED = {"ranking": [f"weights_{criterion}" for criterion in RANKING_WORDS]}
