"""The addresses below the language: the public pages, then one module a person."""

from . import (
    changes,
    coordinator,
    deeds,
    disruptions,
    help,
    museum,
    people,
    planning,
    public,
    rehearsal,
    requests,
    reserve,
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
    *reserve.urlpatterns,
    *disruptions.urlpatterns,
    *public.urlpatterns,
]
