"""Around the season: its news, who is asked and invited, who is called. The converter of dates is `coordinator`'s."""

from django.urls import path

from shifts.views.coordinator import attendance, figures, invitations, letters, museums, season

urlpatterns = [
    path("<slug:edition>/season/read/", season.season_read, name="season_read"),
    path("<slug:edition>/season/introduced/", season.season_introduced, name="season_introduced"),
    path("<slug:edition>/figures/", figures.figures, name="figures"),
    path("<slug:edition>/evenings/<day:day>/ask/", invitations.evening_ask_unanswered, name="evening_ask_unanswered"),
    path("<slug:edition>/evenings/<day:day>/to-call/", invitations.evening_unconfirmed, name="evening_unconfirmed"),
    path("<slug:edition>/evenings/<day:day>/write/", letters.evening_write, name="evening_write"),
    path("<slug:edition>/evenings/<day:day>/sheets/", museums.evening_print, name="evening_print"),
    path("<slug:edition>/invitation/", invitations.invitation, name="invitation"),
    path("<slug:edition>/invitation/<slug:language>/qr.svg", invitations.invitation_qr, name="invitation_qr"),
    path("<slug:edition>/assignments/<int:pk>/absent/", attendance.assignment_absent, name="assignment_absent"),
]
