from datetime import date

from django.urls import path, register_converter

from shifts.views.coordinator import assignments, evenings, museums, posts, searches, season


class DayConverter:
    """A date in an address, as 2026-03-26."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("<slug:edition>/season/", season.season, name="season"),
    path("<slug:edition>/evenings/<day:day>/", evenings.evening, name="evening"),
    path("<slug:edition>/evenings/<day:day>/publish/", evenings.evening_publish, name="evening_publish"),
    path("<slug:edition>/evenings/<day:day>/call-off/", evenings.evening_call_off, name="evening_call_off"),
    path("<slug:edition>/openings/<int:pk>/call-off/", evenings.opening_call_off, name="opening_call_off"),
    path("<slug:edition>/openings/<int:pk>/sheet/", museums.opening_print, name="opening_print"),
    path("<slug:edition>/museums/<int:pk>/link/", museums.museum_link, name="museum_link"),
    path("<slug:edition>/museums/<int:pk>/link/renew/", museums.museum_link_renew, name="museum_link_renew"),
    path("<slug:edition>/posts/<int:pk>/people/", posts.post_panel, name="post_panel"),
    path("<slug:edition>/posts/<int:pk>/assign/", posts.post_assign, name="post_assign"),
    path("<slug:edition>/posts/<int:pk>/places/", posts.post_places, name="post_places"),
    path("<slug:edition>/posts/<int:pk>/history/", posts.post_history, name="post_history"),
    path("<slug:edition>/posts/<int:pk>/search/", searches.search, name="search"),
    path("<slug:edition>/posts/<int:pk>/search/open/", searches.search_open, name="search_open"),
    path("<slug:edition>/posts/<int:pk>/search/stop/", searches.search_stop, name="search_stop"),
    path(
        "<slug:edition>/assignments/<int:pk>/confirm/",
        assignments.assignment_confirm_by_phone,
        name="assignment_confirm_by_phone",
    ),
    path("<slug:edition>/assignments/<int:pk>/remove/", assignments.assignment_remove, name="assignment_remove"),
    path(
        "<slug:edition>/assignments/<int:pk>/cannot-come/",
        assignments.assignment_record_withdrawal,
        name="assignment_record_withdrawal",
    ),
    path("<slug:edition>/assignments/<int:pk>/history/", assignments.assignment_history, name="assignment_history"),
]
