"""A museum's pages, by its two secret links."""

from django.urls import path

from shifts.views import museum

urlpatterns = [
    path("museum/<str:token>/", museum.museum, name="museum"),
    path("museum/<str:token>/<int:pk>/arrived/", museum.museum_arrived, name="museum_arrived"),
    path("museum/<str:token>/<int:pk>/absent/", museum.museum_absent, name="museum_absent"),
    path("museum/<str:token>/<int:pk>/unmark/", museum.museum_unmark, name="museum_unmark"),
    path("museum/<str:token>/all-arrived/<int:opening>/", museum.museum_all_arrived, name="museum_all_arrived"),
    path("museum/<str:token>/extra/<int:opening>/", museum.museum_extra, name="museum_extra"),
    path("museum/<str:token>/sheet/<int:opening>/", museum.museum_print, name="museum_print"),
    path("tonight/<str:token>/", museum.tonight, name="tonight"),
    path("tonight/<str:token>/<int:pk>/arrived/", museum.tonight_arrived, name="tonight_arrived"),
    path("tonight/<str:token>/<int:pk>/absent/", museum.tonight_absent, name="tonight_absent"),
    path("tonight/<str:token>/<int:pk>/unmark/", museum.tonight_unmark, name="tonight_unmark"),
    path("tonight/<str:token>/all-arrived/<int:opening>/", museum.tonight_all_arrived, name="tonight_all_arrived"),
    path("tonight/<str:token>/extra/<int:opening>/", museum.tonight_extra, name="tonight_extra"),
]
