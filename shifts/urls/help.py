from django.urls import path

from shifts.views import help

urlpatterns = [
    path("link/help/<str:token>/", help.help_link, name="help_link"),
    path("link/help/<str:token>/<int:pk>/take/", help.help_link_take, name="help_link_take"),
    path("<slug:edition>/help/", help.help_wanted, name="help"),
    path("<slug:edition>/help/<int:pk>/take/", help.help_take, name="help_take"),
]
