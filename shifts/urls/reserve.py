"""Being on call, and until when somebody wants no question. The converter of dates is that of `coordinator`."""

from django.urls import path

from shifts.views import asks, reserve
from shifts.views.coordinator import reserve as desk

urlpatterns = [
    path("link/reserve/<str:token>/", reserve.reserve, name="reserve"),
    path("link/reserve/<str:token>/answer/", reserve.reserve_answer, name="reserve_answer"),
    path("link/evenings/<str:token>/reserve/<int:pk>/", reserve.evenings_reserve, name="evenings_reserve"),
    path(
        "link/evenings/<str:token>/reserve/<int:pk>/answer/",
        reserve.evenings_reserve_answer,
        name="evenings_reserve_answer",
    ),
    path("link/evenings/<str:token>/asks/", asks.evenings_asks, name="evenings_asks"),
    path("link/offer/<str:token>/asks/", asks.offer_asks, name="offer_asks"),
    path("<slug:edition>/mine/reserve/<int:pk>/", reserve.mine_reserve, name="mine_reserve"),
    path("<slug:edition>/mine/reserve/<int:pk>/answer/", reserve.mine_reserve_answer, name="mine_reserve_answer"),
    path("<slug:edition>/mine/asks/", asks.mine_asks, name="mine_asks"),
    path("<slug:edition>/evenings/<day:day>/reserve/", desk.evening_reserve, name="evening_reserve"),
    path("<slug:edition>/reserve/<int:pk>/phoned/", desk.reserve_phoned, name="reserve_phoned"),
    path("<slug:edition>/reserve/<int:pk>/take-back/", desk.reserve_take_back, name="reserve_take_back"),
]
