"""3.6: what gives a volunteer away, in a text of any kind."""

import re

from nocturnes.models import Evening
from volunteers.models import Volunteer

WORD = re.compile(r"[\w.+@-]+")
PHONE = re.compile(r"\+?\d(?:[ ./-]?\d){7,}")


class People:
    """What gives volunteers away: read once for many texts."""

    def __init__(self):
        rows = Volunteer.objects.values_list("last_name", "user__email", "phone")
        self.names = {word for last_name, email, _phone in rows for word in (last_name, email) if word}
        ours = {_digits(phone) for phone in Evening.objects.values_list("phone", flat=True)}
        self.phones = {_digits(phone) for *_names, phone in rows if phone} - ours

    def names_in(self, text: str) -> set[str]:
        """The last names and addresses that stand in `text`."""
        return self.names & set(WORD.findall(text))

    def phones_in(self, text: str) -> set[str]:
        """The numbers that stand in `text`, however they are spaced, by their last digits; not those of evenings."""
        return self.phones & {_digits(number) for number in PHONE.findall(text)}


def _digits(number):
    """The last nine: of a Belgian mobile number all but the zero, or the country."""
    return re.sub(r"\D", "", str(number))[-9:]
