"""The rehearsal's page, and the moves of its time."""

from django.urls import path

from shifts.views import rehearsal

urlpatterns = [
    path("rehearsal/", rehearsal.rehearsal, name="rehearsal"),
    path("rehearsal/be/", rehearsal.rehearsal_be, name="rehearsal_be"),
    path("rehearsal/next-message/", rehearsal.rehearsal_next_message, name="rehearsal_next_message"),
    path("rehearsal/move/", rehearsal.rehearsal_move, name="rehearsal_move"),
    path("<slug:edition>/exercises/fold/", rehearsal.rehearsal_fold, name="rehearsal_fold"),
    path("<slug:edition>/exercises/<slug:name>/", rehearsal.rehearsal_exercise, name="rehearsal_exercise"),
]
