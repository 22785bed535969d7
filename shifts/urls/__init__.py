"""The addresses below the language: the public pages, then one module a person."""

from . import (
    changes,
    coordinator,
    deeds,
    help,
    museum,
    people,
    planning,
    public,
    rehearsal,
    requests,
    season,
    swaps,
    undo,
    volunteer,
)

urlpatterns = [
    *rehearsal.urlpatterns,
    *museum.urlpatterns,
    *volunteer.urlpatterns,
    *swaps.urlpatterns,
    *help.urlpatterns,
    *coordinator.urlpatterns,
    *season.urlpatterns,
    *changes.urlpatterns,
    *people.urlpatterns,
    *deeds.urlpatterns,
    *planning.urlpatterns,
    *requests.urlpatterns,
    *undo.urlpatterns,
    *public.urlpatterns,
]
