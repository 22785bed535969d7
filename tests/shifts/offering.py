"""What searches do in steps, at once: who may be asked, in their order."""

from shifts.ranking.eligibility import Standing, standings
from shifts.ranking.order import ranked


def may_be_offered(people, hole, now):
    return ranked([people[pk] for pk in standings(people, hole, now)[Standing.FREE]], hole)
