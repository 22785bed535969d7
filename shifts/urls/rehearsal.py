"""The rehearsal's page, and the moves of its time."""

from django.urls import path

from shifts.views import rehearsal

urlpatterns = [
    path("rehearsal/", rehearsal.rehearsal, name="rehearsal"),
    path("rehearsal/be/", rehearsal.rehearsal_be, name="rehearsal_be"),
    path("rehearsal/next-message/", rehearsal.rehearsal_next_message, name="rehearsal_next_message"),
    path("rehearsal/move/", rehearsal.rehearsal_move, name="rehearsal_move"),
]
