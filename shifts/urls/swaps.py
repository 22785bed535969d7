"""Swaps: behind the volunteers' three doors, behind the link of the question, and on the coordinator's desk."""

from django.urls import path

from shifts.views import swaps
from shifts.views.coordinator import swaps as desk

urlpatterns = [
    path("link/swap/<str:token>/", swaps.swap, name="swap"),
    path("link/swap/<str:token>/answer/", swaps.swap_answer, name="swap_answer"),
    path("link/evenings/<str:token>/<int:pk>/swap/", swaps.evenings_swap, name="evenings_swap"),
    path("link/evenings/<str:token>/<int:pk>/swap/back/", swaps.evenings_swap_back, name="evenings_swap_back"),
    path("link/assignment/<str:token>/swap/", swaps.assignment_swap, name="assignment_swap"),
    path("link/assignment/<str:token>/swap/back/", swaps.assignment_swap_back, name="assignment_swap_back"),
    path("<slug:edition>/mine/<int:pk>/swap/", swaps.mine_swap, name="mine_swap"),
    path("<slug:edition>/mine/<int:pk>/swap/back/", swaps.mine_swap_back, name="mine_swap_back"),
    path("<slug:edition>/swaps/", desk.swaps, name="swaps"),
    path("<slug:edition>/swaps/<int:pk>/agree/", desk.swap_agree, name="swap_agree"),
    path("<slug:edition>/swaps/<int:pk>/refuse/", desk.swap_refuse, name="swap_refuse"),
]
