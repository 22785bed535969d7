"""What is planned, and what is missing in it: evenings with their openings, museums, the people whom a change reaches.

Everything is counted by the database, so that a page on one evening costs as much in a season of sixty.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from museums.models import Contact, Museum, Opening
from nocturnes.alphabet import folded
from nocturnes.frieze import Arch, arches
from nocturnes.hours import tonight
from nocturnes.localized import missing_languages, written_in
from nocturnes.models import Edition, Evening
from shifts.actions.planning import there_already
from shifts.models import Assignment, Post

from . import evening as evening_pages
from .staffing import Person

OF_OPENING, OF_POST = ("title", "meeting_point"), ("briefing",)
OF_MUSEUM = ("name", "short", "street", "commune")


@dataclass(frozen=True)
class PlannedEvening:
    """An evening as a line: how much is planned on it, and how often each thing is missing."""

    evening: Evening
    is_past: bool
    openings: int = 0
    posts: int = 0
    places: int = 0
    without_posts: int = 0
    without_contact: int = 0
    incomplete: int = 0

    @property
    def gaps(self) -> list[str]:
        """What is missing, in words; nothing for an evening that is over or called off."""
        if self.is_past or self.evening.called_off_at:
            return []
        n, gaps = self.without_posts, []
        if not self.openings:
            gaps.append(_("no museum yet"))
        if n:
            gaps.append(ngettext("%(n)s opening without posts", "%(n)s openings without posts", n) % {"n": n})
        if not self.evening.lead_id:
            gaps.append(_("no evening lead"))
        if not self.evening.phone:
            gaps.append(_("no number to call"))
        if n := self.incomplete:
            gaps.append(ngettext("%(n)s text to complete", "%(n)s texts to complete", n) % {"n": n})
        if n := self.without_contact:
            gaps.append(ngettext("%(n)s museum without a contact", "%(n)s museums without a contact", n) % {"n": n})
        return gaps


@dataclass(frozen=True)
class PlannedPost:
    """`lacks` are the languages that its briefing is still to be written in."""

    post: Post
    lacks: list[str]


@dataclass(frozen=True)
class PlannedOpening:
    """`posts` by the hour; `lacks` are the languages that its own texts are still to be written in."""

    opening: Opening
    posts: list[PlannedPost]
    lacks: list[str]
    has_contact: bool

    @property
    def places(self):
        return sum(one.post.places for one in self.posts)

    @property
    def is_called_off(self):
        return self.opening.is_called_off

    @property
    def gaps(self) -> list[str]:
        if self.is_called_off:
            return []
        gaps = [] if self.posts else [_("no post yet")]
        codes = sorted({code.upper() for code in [*self.lacks, *(code for one in self.posts for code in one.lacks)]})
        if codes:
            gaps.append(_("texts to complete: %(languages)s") % {"languages": ", ".join(codes)})
        return gaps if self.has_contact else [*gaps, _("no contact")]


@dataclass(frozen=True)
class PlanningPage:
    """Every evening as a line; `openings` are those of `current`, the one that is open, and `arches` lead to others."""

    edition: Edition
    evenings: list[PlannedEvening]
    current: PlannedEvening | None
    arches: list[Arch] = field(default_factory=list)
    openings: list[PlannedOpening] = field(default_factory=list)

    @property
    def with_gaps(self):
        """The evenings still to come in which something is missing, the next one first."""
        return [line for line in self.evenings if line.gaps]


def planning_page(edition: Edition, *, day: date | None, now: datetime) -> PlanningPage:
    """The evenings of `edition`, and the openings of that of `day`, or of the next one; six queries."""
    evenings, today = list(edition.evenings.select_related("lead")), tonight(now, edition.zone)
    current = _chosen(evenings, day, today)
    for evening in evenings:
        evening.edition = edition
    lines = _lines(edition, evenings, today)
    if not current:
        return PlanningPage(edition, lines, None)
    days = [evening.date for evening in evenings]
    row = arches(days, current.date, tonight=today, url=lambda day: f"?evening={day}")
    mine = next(line for line in lines if line.evening == current)
    return PlanningPage(edition, lines, mine, row, planned_openings(current))


def _chosen(evenings, day, today):
    asked = next((evening for evening in evenings if evening.date == day), None)
    ahead = next((evening for evening in evenings if evening.date >= today), None)
    return asked or ahead or (evenings[-1] if evenings else None)


def _lines(edition, evenings, today):
    openings = _counted(
        Opening.objects.filter(evening__edition=edition, called_off_at=None).values("evening"),
        openings=Count("pk"),
        without_posts=Count("pk", filter=~Exists(Post.objects.filter(opening=OuterRef("pk")))),
        without_contact=Count("pk", filter=~Exists(Contact.objects.filter(museum=OuterRef("museum")))),
        texts=Count("pk", filter=incomplete(Opening, OF_OPENING, edition.languages)),
    )
    posts = _counted(
        Post.objects.filter(opening__evening__edition=edition, opening__called_off_at=None)
        .order_by()
        .values("opening__evening"),
        posts=Count("pk"),
        places=Sum("places"),
        texts=Count("pk", filter=incomplete(Post, OF_POST, edition.languages)),
    )
    lines = []
    for evening in evenings:
        theirs, its_posts = openings.get(evening.pk, {}), posts.get(evening.pk, {})
        texts = theirs.pop("texts", 0) + its_posts.pop("texts", 0)
        lines.append(PlannedEvening(evening, evening.date < today, incomplete=texts, **theirs, **its_posts))
    return lines


def _counted(rows, **counts):
    """{evening: {count: number}}; the only other column of `rows` is the evening."""
    found = {}
    for row in rows.order_by().annotate(**counts):
        numbers = {name: row.pop(name) for name in counts}
        found[row.popitem()[1]] = numbers
    return found


def incomplete(row_type, names: Iterable[str], languages: list[str]) -> Q:
    """The rows of which one of the texts `names` is written in some of `languages`, and not in all (design.md 3.8)."""
    found = Q(pk__in=[])
    for name in names:
        columns = [f"{name}_{code}" for code in written_in(row_type, name, languages)]
        empty = [Q(**{column: ""}) for column in columns]
        some, every = Q(pk__in=[]), Q()
        for one in empty:
            some, every = some | one, every & one
        found |= some & ~every
    return found


def planned_openings(evening: Evening) -> list[PlannedOpening]:
    """The openings of `evening`, museums by name, with their posts; two queries."""
    with_contact = Exists(Contact.objects.filter(museum=OuterRef("museum")))
    openings = list(evening.openings.select_related("museum").annotate(has_contact=with_contact))
    posts = defaultdict(list)
    for post in Post.objects.filter(opening__in=openings).select_related("role").order_by("report_at", "pk"):
        posts[post.opening_id].append(post)
    for opening in openings:
        opening.evening = evening
    openings.sort(key=lambda opening: folded(opening.museum.short))
    return [planned(opening, posts[opening.pk], has_contact=opening.has_contact) for opening in openings]


def planned(opening: Opening, posts: Iterable[Post], *, has_contact: bool = True) -> PlannedOpening:
    """An opening with its posts and the languages that their texts lack."""
    languages = opening.evening.edition.languages
    lines = [PlannedPost(post, lacking(post, OF_POST, languages)) for post in posts]
    return PlannedOpening(opening, lines, lacking(opening, OF_OPENING, languages), has_contact)


def lacking(row, names: Iterable[str], languages: list[str]) -> list[str]:
    """The languages in which one of the texts is still to be written."""
    missing = {code for name in names for code in missing_languages(row, name, languages)}
    return [code for code in languages if code in missing]


def opening_posts(opening: Opening) -> PlannedOpening:
    """One opening with its posts, and the languages that each asks for; three queries."""
    posts = opening.posts.select_related("role").prefetch_related("languages").order_by("report_at", "pk")
    return planned(opening, posts, has_contact=opening.museum.contacts.exists())


@dataclass(frozen=True)
class KnownMuseum:
    """`openings` are those of one edition."""

    museum: Museum
    contacts: int
    openings: int
    lacks: list[str]


def museums(edition: Edition, *, like: str = "") -> list[KnownMuseum]:
    """Every museum that there is, or those whose name has `like` in it however accents are typed; one query."""
    counted = Museum.objects.annotate(
        number_of_contacts=Count("contacts", distinct=True),
        number_of_openings=Count("openings", filter=Q(openings__evening__edition=edition), distinct=True),
    )
    wanted = folded(like.strip())
    lines = [
        KnownMuseum(one, one.number_of_contacts, one.number_of_openings, lacking(one, OF_MUSEUM, edition.languages))
        for one in counted
        if any(wanted in folded(name) for name in (one.name_fr, one.name_nl, one.name_en, one.short))
    ]
    return sorted(lines, key=lambda line: folded(line.museum.name))


def who_is_told(posts: QuerySet[Post], *, now: datetime) -> evening_pages.Told:
    """Whom a change to `posts` would reach: who is on one of them, knows it, and is still to come."""
    ahead = Assignment.objects.active().published().filter(post__in=posts, ends_at__gt=now)
    return evening_pages.told([Person(one, []) for one in ahead.select_related("volunteer")])


@dataclass(frozen=True)
class Target:
    """An opening that a post may be copied to; `has` is the post of the same role that is there already."""

    opening: Opening
    has: Post | None


def targets(post: Post, *, now: datetime) -> dict[Evening, list[Target]]:
    """The other openings still to come, by evening; museums by name. Two queries."""
    edition = post.opening.evening.edition
    openings = (
        Opening.objects.taking_place()
        .filter(evening__edition=edition, evening__called_off_at=None, ends_at__gt=now)
        .exclude(pk=post.opening_id)
        .select_related("museum", "evening")
    )
    there = defaultdict(list)
    for one in Post.objects.filter(role=post.role_id, opening__evening__edition=edition).order_by("report_at", "pk"):
        there[one.opening_id].append(one)
    found = defaultdict(list)
    for opening in sorted(openings, key=lambda one: (one.evening.date, folded(one.museum.short))):
        opening.evening.edition = edition
        for one in there[opening.pk]:
            one.opening = opening
        found[opening.evening].append(Target(opening, there_already(post, there[opening.pk])))
    return dict(found)


def posts_of(evening: Evening) -> list[Post]:
    """Every post of `evening`, museums by name and those of one museum together, in one query."""
    posts = list(
        Post.objects.filter(opening__evening=evening)
        .select_related("role", "opening__museum")
        .order_by("role__position", "report_at", "pk")
    )
    openings = {}
    for post in posts:
        post.opening = openings.setdefault(post.opening_id, post.opening)
        post.opening.evening = evening
    return sorted(posts, key=lambda post: (folded(post.opening.museum.short), post.opening_id))


def people_by_post(posts: Iterable[Post]) -> dict[int, list[str]]:
    """Who is on each of `posts`, by short name, in one query."""
    names = defaultdict(list)
    active = Assignment.objects.active().filter(post__in=posts).select_related("volunteer")
    for assignment in active.order_by("pk"):
        names[assignment.post_id].append(assignment.volunteer.short_name)
    return {post: sorted(there, key=folded) for post, there in names.items()}
