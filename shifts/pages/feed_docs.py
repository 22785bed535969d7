"""What the page about the feed of open places tells: every field, and an example that works as it stands."""

from django.utils.translation import gettext_lazy as _

# Names as they stand in the answer, outside in; "[]" is one of a list.
FIELDS = [
    (["version"], _("1. It rises when a field changes its meaning or goes; new fields may come without it.")),
    (["language"], _("The language of the texts: that of the address.")),
    (
        ["edition.id", "edition.name", "edition.organisation", "edition.time_zone"],
        _("The season: an id that stays, its name, who organises it, the zone of its hours."),
    ),
    (
        ["edition.page_url", "edition.sign_up_url"],
        _("Our public page, and the page to sign up on (null while closed)."),
    ),
    (["edition.takes_sign_ups", "edition.shows_figures"], _("Whether sign-up is open, and whether figures are shown.")),
    (["evenings[].id", "evenings[].date"], _("An evening to come, by date: both are the date, as in 2026-03-26.")),
    (["evenings[].sign_up_url"], _("The page to sign up on for this evening (null while closed).")),
    (["…called_off"], _("True where the evening, or a museum’s part in it, does not take place.")),
    (
        ["…help", "…help_text"],
        _("much, some, full, or none where nobody is asked for; and the same in words of the language."),
    ),
    (["…open_places"], _("How many places are open. Only there where figures are shown.")),
    (["evenings[].museums[].id"], _("An id of this museum on this evening that stays.")),
    (
        ["…museum.id", "…museum.name", "…museum.street", "…museum.postcode", "…museum.commune", "…museum.website"],
        _("The museum, with an id that stays from evening to evening; the website may be empty."),
    ),
    (["…activity", "…title"], _("What takes place there; a title may be empty.")),
    (
        ["…starts_at", "…ends_at", "…report_at"],
        _("Hours, with the offset of the zone, as in 2026-03-26T18:00:00+01:00."),
    ),
    (
        ["evenings[].museums[].posts[].id", "…role"],
        _("A post that somebody is still wanted for: an id that stays, and the kind of work."),
    ),
]

HTML = """<ul id="open-places" data-feed="{address}"></ul>
<script src="/open-places.js" defer></script>"""

SCRIPT = """const list = document.querySelector("#open-places");
fetch(list.dataset.feed).then((answer) => answer.json()).then((feed) => {
  for (const evening of feed.evenings) {
    for (const place of evening.museums) {
      if (place.called_off || !place.posts.length) continue;
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = evening.sign_up_url || feed.edition.page_url;
      link.textContent = `${evening.date}, ${place.museum.name}: ${place.help_text}`;
      line.append(link);
      list.append(line);
    }
  }
});"""
