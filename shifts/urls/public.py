from django.urls import path

from shifts.views import public

urlpatterns = [
    path("", public.home, name="home"),
    path("<slug:edition>/", public.edition, name="edition"),
]
