"""Other hours, the rules of the edition, and what waits to be sent because of a click."""

from django.urls import path

from shifts.views.coordinator import moves, rules, waiting

urlpatterns = [
    path("<slug:edition>/openings/<int:pk>/move/", moves.opening_move, name="opening_move"),
    path("<slug:edition>/posts/<int:pk>/move/", moves.post_move, name="post_move"),
    path("<slug:edition>/rules/", rules.rules, name="rules"),
    path("<slug:edition>/waiting/", waiting.waiting, name="waiting"),
]
