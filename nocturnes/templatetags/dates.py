"""The filters of dates of every template (settings.TEMPLATES)."""

from django import template
from django.template import defaultfilters
from django.utils import timezone

from nocturnes import dates

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value, format=None):
    """Django's own, with the words of `nocturnes.dates`."""
    return defaultfilters.date(value, format and dates.in_words(value, format))


@register.filter
def is_on(moment, day):
    """Whether `moment` is on the date `day`, on the clock of the page."""
    return timezone.localdate(moment) == day
