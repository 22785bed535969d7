"""A museum's page, by its secret link."""

from django.urls import path

from shifts.views import museum

urlpatterns = [
    path("museum/<str:token>/", museum.museum, name="museum"),
    path("museum/<str:token>/<int:pk>/arrived/", museum.museum_arrived, name="museum_arrived"),
    path("museum/<str:token>/<int:pk>/absent/", museum.museum_absent, name="museum_absent"),
    path("museum/<str:token>/<int:pk>/unmark/", museum.museum_unmark, name="museum_unmark"),
    path("museum/<str:token>/all-arrived/<int:opening>/", museum.museum_all_arrived, name="museum_all_arrived"),
]
