"""What the line of somebody who is expected at a museum looks like, without whose it is: see `nocturnes.patterns`."""

from typing import NamedTuple

from .counting import Tongue
from .museum_sheet import Person


class Who(NamedTuple):
    """`report` is a text."""

    languages: tuple[Tongue, ...]
    role: str
    report: str
    is_first_time: bool
    has_phone: bool


def who(person: Person) -> Who:
    """Who is expected, without her name and her number."""
    return Who(person.languages, person.role, person.report, person.is_first_time, bool(person.phone))


def window(person: Person) -> str:
    """In which window she stands (`{% arch %}`): whoever was ticked as here needs no confirmation any more."""
    if person.tick == "absent":
        return "dim"
    return "confirmed" if person.is_confirmed or person.tick else "unconfirmed"
