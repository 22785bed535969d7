"""A volunteer's pages: signed in, below an edition; and behind the links of our mails, which name no edition."""

from django.urls import path

from shifts.views import about_me, calendar, offers, profile, self_service, volunteer

links = [
    path("link/evenings/<str:token>/", volunteer.evenings, name="evenings"),
    path("link/evenings/<str:token>/profile/", profile.evenings_profile, name="evenings_profile"),
    path("link/evenings/<str:token>/<int:pk>/confirm/", volunteer.evenings_confirm, name="evenings_confirm"),
    path("link/evenings/<str:token>/<int:pk>/withdraw/", volunteer.evenings_withdraw, name="evenings_withdraw"),
    path("link/evenings/<str:token>/<int:pk>/come-back/", volunteer.evenings_come_back, name="evenings_come_back"),
    path("link/evenings/<str:token>/places/", self_service.evenings_places, name="evenings_places"),
    path("link/evenings/<str:token>/take/<int:pk>/", self_service.evenings_take, name="evenings_take"),
    path(
        "link/evenings/<str:token>/requests/<int:pk>/back/",
        self_service.evenings_request_back,
        name="evenings_request_back",
    ),
    path("link/assignment/<str:token>/", volunteer.assignment, name="assignment"),
    path("link/assignment/<str:token>/confirm/", volunteer.assignment_confirm, name="assignment_confirm"),
    path("link/assignment/<str:token>/withdraw/", volunteer.assignment_withdraw, name="assignment_withdraw"),
    path("link/assignment/<str:token>/come-back/", volunteer.assignment_come_back, name="assignment_come_back"),
    path("link/calendar/<str:token>.ics", calendar.calendar, name="calendar"),
    path("link/offer/<str:token>/", offers.offer, name="offer"),
    path("link/offer/<str:token>/answer/", offers.offer_answer, name="offer_answer"),
]

urlpatterns = [
    *links,
    path("<slug:edition>/mine/", volunteer.mine, name="mine"),
    path("<slug:edition>/mine/profile/", profile.mine_profile, name="mine_profile"),
    path("<slug:edition>/mine/data/", about_me.mine_data, name="mine_data"),
    path("<slug:edition>/mine/<int:pk>/confirm/", volunteer.mine_confirm, name="mine_confirm"),
    path("<slug:edition>/mine/<int:pk>/withdraw/", volunteer.mine_withdraw, name="mine_withdraw"),
    path("<slug:edition>/mine/<int:pk>/come-back/", volunteer.mine_come_back, name="mine_come_back"),
    path("<slug:edition>/mine/places/", self_service.mine_places, name="mine_places"),
    path("<slug:edition>/mine/take/<int:pk>/", self_service.mine_take, name="mine_take"),
    path("<slug:edition>/mine/requests/<int:pk>/back/", self_service.mine_request_back, name="mine_request_back"),
]
