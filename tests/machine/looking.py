"""Somebody opens the link of a mail, as mail scanners do to all of them: nothing changes, and nobody is given away."""

from datetime import datetime, time, timedelta

from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import rule

from museums.models import Museum
from shifts.models import Ask, Assignment, Reserve, StillComing, Swap
from tests.invariants import People
from tests.machine.ground import Ground, of, which
from tests.shifts.pages import link, rows
from volunteers.models import Volunteer

# Each purpose with the rows that it is about, and whose page it is.
LINKS = {
    "assignment": (Assignment.objects, lambda row: row.volunteer),
    "evenings": (Volunteer.objects, lambda row: row),
    "museum": (Museum.objects, lambda row: None),
    "offer": (Ask.objects, lambda row: row.volunteer),
    "reserve": (Reserve.objects, lambda row: row.volunteer),
    "still-coming": (StillComing.objects, lambda row: row.assignment.volunteer),
    "swap": (Swap.objects, lambda row: row.volunteer),
    "tonight": (Museum.objects, lambda row: None),
}
NOON, A_DAY = time(12), timedelta(days=1)


class Looking(Ground):
    @rule(purpose=st.sampled_from(sorted(LINKS)), number=which)
    def somebody_opens_a_link(self, purpose, number):
        objects, whose = LINKS[purpose]
        row = of(objects.all(), number)
        if row is None:
            return
        before = rows()

        page = Client().get(link(purpose.replace("-", "_"), row, purpose=purpose))

        assert page.status_code in (200, 404, 410)
        assert rows() == before
        self._gives_nobody_away(page.content.decode(), whose(row))

    def _gives_nobody_away(self, text, reader):
        people = People()
        own = {reader.last_name, reader.user.email} if reader else set()
        assert people.names_in(text) <= own
        if reader is None and not any(self._is_the_day(evening) for evening in self.evenings):
            assert people.phones_in(text) == set()

    def _is_the_day(self, evening):
        noon = datetime.combine(evening.date, NOON, tzinfo=evening.edition.zone)
        return noon <= self.now < noon + A_DAY
