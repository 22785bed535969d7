"""Asking whether people still come: the coordinator's addresses, and the link of the question."""

from django.urls import path

from shifts.views import still_coming
from shifts.views.coordinator import at_risk, disruptions

urlpatterns = [
    path("link/still-coming/<str:token>/", still_coming.still_coming, name="still_coming"),
    path("link/still-coming/<str:token>/answer/", still_coming.still_coming_answer, name="still_coming_answer"),
    path("<slug:edition>/evenings/<day:day>/disruption/", disruptions.evening_disruption, name="evening_disruption"),
    path("<slug:edition>/disruptions/<int:pk>/", disruptions.disruption, name="disruption"),
    path("<slug:edition>/disruptions/<int:pk>/live/", disruptions.disruption_live, name="disruption_live"),
    path("<slug:edition>/disruptions/<int:pk>/again/", disruptions.disruption_again, name="disruption_again"),
    path("<slug:edition>/disruptions/<int:pk>/answer/", disruptions.disruption_answer, name="disruption_answer"),
    path("<slug:edition>/at-risk/", at_risk.at_risk, name="at_risk"),
    path("<slug:edition>/assignments/<int:pk>/ask-again/", at_risk.assignment_ask_again, name="assignment_ask_again"),
    path("<slug:edition>/posts/<int:pk>/warm-up/", at_risk.post_warm_up, name="post_warm_up"),
]
