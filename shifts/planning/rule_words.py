"""What each rule of an edition is called, and what it does, in plain words."""

from django.utils.translation import gettext_lazy as _

SELF_SERVICE_WORDS = {
    "off": _("No: coordinators assign"),
    "approve": _("They ask, and a coordinator says yes or no"),
    "at_once": _("Yes, at once, where they fit"),
}

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
    "last_useful": _("Still useful after the start, in minutes"),
    "wanted_stops": _("Places on top: stop looking, hours before"),
    "asks_a_week": _("Questions to one person in a week, at most"),
    "asks_an_evening": _("Questions to one person about one evening, at most"),
    "budget_until": _("No limit any more, hours before"),
    "self_service": _("May volunteers take an open place themselves?"),
    "sign_up_open": _("Sign-up is open"),
    "welcome_is_automatic": _("Welcome newcomers automatically"),
    "expected_loss": _("People lost between saying yes and coming, in per cent"),
    "digest_at": _("Summary of the day at"),
    "alert_within": _("Alert at once within, in hours"),
    "phones_from": _("Museums see phone numbers on the day from"),
    "phones_until": _("until, the day after, at"),
    "shows_figures": _("Show the number of open places on the public page"),
}

HELP = {
    "quiet_from": _("From this hour in the evening, nothing that can wait leaves."),
    "quiet_until": _("What waited leaves at this hour. Twice the same hour: no night is quiet."),
    "quiet_days": _("Urgent messages leave all the same: a search within the last hours, a change on the day itself."),
    "undo": _("Until then a message waits, and several changes become one message a person."),
    "working_days": _("What can wait for a coordinator waits for the next of these days; the summary comes on them."),
    "working_hour": _("A search with much time left asks first then, so that you may find somebody yourself."),
    "briefing_days": _("Where, when, with whom, and “I’m coming” or “I can’t come”."),
    "unconfirmed_days": _("Only who has not answered the briefing gets it."),
    "eve_days": _("Report time, door, stop, number to call."),
    "reserve_days": _("0 is the day itself. Who is on call keeps her phone near her."),
    "last_useful": _("After that nobody is asked any more, and a yes comes too late."),
    "wanted_stops": _("Places that are welcome but not needed are not searched for after that."),
    "asks_a_week": _("A search leaves her alone for the rest of the week. The reserve is not counted."),
    "asks_an_evening": _("One question may offer several places."),
    "budget_until": _("In the last hours before the report time anybody may be asked again."),
    "self_service": _("Only on published evenings, and only a place that fits: age, languages, no other post then."),
    "sign_up_open": _("Closed, the sign-up page says so, and who is registered keeps everything."),
    "welcome_is_automatic": _("Otherwise each newcomer waits for a coordinator, without a place and without names."),
    "expected_loss": _("The forecast of each evening counts with it before you publish."),
    "digest_at": _("Withdrawn, filled, waiting for you: one mail on each working day, none without news."),
    "alert_within": _("A withdrawal this close to the report time is told at once, and only to who is on duty."),
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
        ],
    ),
    (
        "search",
        _("Looking for somebody else"),
        _("How fast people are asked when somebody cannot come. The less time is left, the more are asked."),
        ["last_useful", "wanted_stops"],
    ),
    (
        "budget",
        _("How often one person is asked"),
        _("Nobody helps for long who is asked all the time."),
        ["asks_a_week", "asks_an_evening", "budget_until"],
    ),
    (
        "people",
        _("Signing up and taking places"),
        _("What volunteers do without you."),
        ["self_service", "sign_up_open", "welcome_is_automatic"],
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
