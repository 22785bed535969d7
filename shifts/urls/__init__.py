"""The addresses below the language: the public pages, then one module a person."""

from . import coordinator, deeds, help, museum, people, public, rehearsal, undo, volunteer

urlpatterns = [
    *rehearsal.urlpatterns,
    *museum.urlpatterns,
    *volunteer.urlpatterns,
    *help.urlpatterns,
    *coordinator.urlpatterns,
    *people.urlpatterns,
    *deeds.urlpatterns,
    *undo.urlpatterns,
    *public.urlpatterns,
]
