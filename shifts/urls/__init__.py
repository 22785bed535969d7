"""The addresses below the language: the public pages, then one module a person."""

from . import coordinator, museum, public, rehearsal, undo, volunteer

urlpatterns = [
    *rehearsal.urlpatterns,
    *museum.urlpatterns,
    *volunteer.urlpatterns,
    *coordinator.urlpatterns,
    *undo.urlpatterns,
    *public.urlpatterns,
]
