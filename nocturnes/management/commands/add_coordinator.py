from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation

from nocturnes import clock, history
from nocturnes.models import Edition, User


class Command(BaseCommand):
    help = "Makes the person with this address a coordinator, who signs in with a code that arrives by mail."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="First name: mails are signed with it.")
        parser.add_argument(
            "--language",
            choices=dict(settings.LANGUAGES),
            help="Language of her mails; of somebody new else the first one of the newest edition.",
        )

    def handle(self, *, email, name, language, **options):
        address = email.strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{email} is not a mail address.") from None
        with transaction.atomic():
            user = User.objects.filter(email=address).first() or User.objects.create_user(address, **_first_language())
            user.is_coordinator = user.is_active = True
            user.first_name = name.strip() or user.first_name
            user.language = language or user.language
            user.save()
            history.record("made_coordinator", user, by=history.SYSTEM, now=clock.now())
        with translation.override(user.language):
            self.stdout.write(f"{address} is a coordinator, and signs in at {settings.BASE_URL}{settings.LOGIN_URL}")


def _first_language():
    """What an organisation that works in one language does not have to say."""
    edition = Edition.objects.newest()
    return {"language": edition.languages[0]} if edition else {}
