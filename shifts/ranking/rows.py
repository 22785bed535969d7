"""The queries of ranking, each put together once (`nocturnes.prepared`).

`only` restricts what a query reads to these volunteers, and may be left out.
"""

from django.db.models import Aggregate, CharField, Count, Exists, F, Max, OuterRef, Q, Value
from django.db.models.lookups import IsNull

from museums.models import Opening
from nocturnes.prepared import Among, Prepared
from shifts.models import Ask, Assignment, LeftOut, Offer, Post, Reserve
from volunteers.models import Availability, Registration, Volunteer

LEFT_OUT = "left out"
# What somebody is and said for the season, seen from her registration, in the order of `crowd.Facts`.
FACTS = (
    F("volunteer__age_group"),
    IsNull(F("volunteer__parent_consented_at"), False),
    IsNull(F("volunteer__accepted_at"), False),
    IsNull(F("volunteer__blocked_at"), False),
    F("most_evenings"),
    F("may_be_asked"),
    F("no_asks_until"),
    IsNull(F("paused_at"), False),
    F("paused_until"),
)


class Ids(Aggregate):
    """The ids of a group, as `numbers` reads them: one row of them is read faster than a row each."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


def numbers(ids: str) -> set[int]:
    return set(map(int, ids.split(",")))


def of(rows, only, column="volunteer"):
    """`rows` of these volunteers, or of all."""
    return rows if only is None else rows.filter(Among(F(column), only))


def registrations(edition, only=None):
    """Of everybody but whom the coordinator did not welcome."""
    rows = Registration.objects.filter(edition=edition)
    return of(rows.filter(volunteer__declined_at=None, volunteer__user__is_active=True), only)


def places(edition, only=None):
    return of(Assignment.objects.filter(evening__edition=edition), only).order_by()


@Prepared
def registered(edition, only=None):
    """`FACTS`, and who has these."""
    return registrations(edition, only).order_by().values_list(*FACTS).annotate(ids=Ids("volunteer"))


@Prepared
def answers(evening, only=None):
    """An answer for the evening, whether one is on call, and whose answer that is."""
    rows = of(Availability.objects.filter(evening=evening), only, "registration__volunteer").order_by()
    on_call = IsNull(F("on_call_at"), False)
    return rows.values_list("answer", on_call).annotate(ids=Ids("registration__volunteer"))


@Prepared
def days(since, until, ended, only=None):
    """The places that begin between two moments and end after a third, of whatever edition, and who has such a one."""
    found = Assignment.objects.filter(report_at__gt=since, report_at__lt=until, ends_at__gt=ended)
    states = IsNull(F("cancelled_at"), True), F("cause"), IsNull(F("absent_at"), False)
    found = of(found, only).order_by().values_list("report_at", "ends_at", *states, "evening_id")
    return found.annotate(ids=Ids("volunteer"))


@Prepared
def asks(edition, evening, lately, only=None):
    """How often each was asked: since the moment `lately`, for `evening`, to stand by there, ever; and when last."""
    rows = of(Ask.objects.filter(evening__edition=edition), only).order_by()
    ours = Q(evening=evening)
    return rows.values_list("volunteer_id").annotate(
        # What the reserve is asked is agreed, and does not count (design.md 6).
        lately=Count("pk", filter=Q(asked_at__gt=lately, reserve=False)),
        ours=Count("pk", filter=ours & Q(reserve=False)),
        stand_by=Count("pk", filter=ours & Q(stands_by_at__isnull=False)),
        ever=Count("pk"),
        last=Max("asked_at"),
    )


@Prepared
def offers(evening, only=None):
    """Whom each search of the evening asked, with her answer; and who is left out of it, with `LEFT_OUT`."""
    asked = of(Offer.objects.filter(ask__evening=evening), only).order_by()
    asked = asked.values_list("volunteer_id", "search_id", "answer")
    left_out = of(LeftOut.objects.filter(search__post__opening__evening=evening), only).order_by()
    left_out = left_out.values_list("volunteer_id", "search_id", Value(LEFT_OUT, output_field=CharField()))
    return asked.union(left_out, all=True)


@Prepared
def speakers(only=None):
    """A language, and who speaks it."""
    rows = of(Volunteer.languages.through.objects, only).order_by()
    return rows.values_list("language__code").annotate(ids=Ids("volunteer"))


@Prepared
def not_at(only=None):
    return of(Volunteer.not_at.through.objects, only).order_by().values_list("volunteer_id", "museum_id")


@Prepared
def likes(edition, role=None, only=None):
    """A role, and who chose it."""
    rows = _ticked(Registration.roles, edition, only)
    rows = rows if role is None else rows.filter(role=role)
    return rows.values_list("role_id").annotate(ids=Ids("registration__volunteer"))


@Prepared
def knows(edition, now, museum=None, only=None):
    """A museum, and who said that she knows it, or was there: ticked, or nobody said that she was not."""
    said = _ticked(Registration.museums, edition, only)
    was_there = Q(absent_at=None) & (Q(arrived_at__isnull=False) | Q(ends_at__lte=now))
    been = places(edition, only).filter(was_there, cancelled_at=None)
    if museum is not None:
        said, been = said.filter(museum=museum), been.filter(post__opening__museum=museum)
    said = said.values_list("museum_id").annotate(ids=Ids("registration__volunteer"))
    been = been.values_list("post__opening__museum_id").annotate(ids=Ids("volunteer"))
    return said.union(been, all=True)


def _ticked(field, edition, only):
    rows = field.through.objects.filter(registration__edition=edition)
    return of(rows, only, "registration__volunteer").order_by()


@Prepared
def absences(edition, only=None):
    """Who was missing without a word, and how often."""
    return places(edition, only).filter(absent_at__isnull=False).values_list("volunteer_id").annotate(Count("pk"))


@Prepared
def said_yes(edition, only=None):
    """Who said yes, in time or too late, and to how many messages."""
    rows = of(Offer.objects.filter(ask__evening__edition=edition), only).order_by()
    yes = rows.filter(answer__in=[Offer.Answer.YES, Offer.Answer.LATE]).values_list("volunteer_id")
    return yes.annotate(Count("ask", distinct=True))


@Prepared
def evenings(edition, only=None):
    """Who has a place, and on how many evenings."""
    rows = places(edition, only).filter(cancelled_at=None).values_list("volunteer_id")
    return rows.annotate(Count("evening", distinct=True))


@Prepared
def nights(edition, only=None):
    """Who kept evenings free for nothing, and how many; one on which she has a place as well is that place's."""
    there = Assignment.objects.active().filter(volunteer=OuterRef("volunteer"))
    rows = of(Reserve.objects.kept_free().filter(evening__edition=edition), only).order_by()
    rows = rows.exclude(Exists(there.filter(evening=OuterRef("evening"))))
    return rows.values_list("volunteer_id").annotate(Count("evening", distinct=True))


@Prepared
def post_languages(posts):
    """A post, and the code of a language that each person there must speak."""
    rows = Post.languages.through.objects.filter(Among(F("post"), posts)).order_by()
    return rows.values_list("post_id", "language__code")


@Prepared
def unspoken(openings):
    """An opening, and the code of a language that it asks for and nobody there speaks."""
    there = Assignment.objects.active().filter(post__opening=OuterRef("opening"))
    wanted = Opening.languages.through.objects.filter(Among(F("opening"), openings)).order_by()
    wanted = wanted.exclude(Exists(there.filter(volunteer__languages=OuterRef("language"))))
    return wanted.values_list("opening_id", "language__code")
