from django.urls import path

from shifts.views import public

urlpatterns = [
    path("", public.home, name="home"),
    path("<slug:edition>/", public.edition, name="edition"),
    path("<slug:edition>/open-places.json", public.open_places_feed, name="open_places_feed"),
    path("<slug:edition>/open-places/", public.feed_docs, name="feed_docs"),
]
