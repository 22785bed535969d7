"""A coordinator's hand on the search for a post's open places."""

from django.urls import path

from shifts.views.coordinator import search_people, searches

HERE = "<slug:edition>/posts/<int:pk>/search/"

urlpatterns = [
    path(f"{HERE}live/", searches.search_live, name="search_live"),
    path(f"{HERE}hold/", searches.search_hold, name="search_hold"),
    path(f"{HERE}release/", searches.search_release, name="search_release"),
    path(f"{HERE}widen/", searches.search_widen, name="search_widen"),
    path(f"{HERE}agree/", searches.search_agree, name="search_agree"),
    path(f"{HERE}add/", search_people.search_add, name="search_add"),
    path(f"{HERE}leave-out/", search_people.search_leave_out, name="search_leave_out"),
    path(f"{HERE}let-in/", search_people.search_let_in, name="search_let_in"),
    path(f"{HERE}phoned/", search_people.search_phoned, name="search_phoned"),
]
