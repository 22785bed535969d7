"""Why nothing can be done with an evening any more: several of these actions say it."""

from django.utils.translation import gettext_lazy as _

from nocturnes.refusals import Refusal


class EveningIsOver(Refusal):
    sentence = _("This evening is over.")


class EveningIsCalledOff(Refusal):
    sentence = _("This evening does not take place.")
