"""What a coordinator decides about a person."""

from django.urls import path

from shifts.views.coordinator import merging, people_deeds

urlpatterns = [
    path("<slug:edition>/people/<int:pk>/pause/", people_deeds.person_pause, name="person_pause"),
    path("<slug:edition>/people/<int:pk>/resume/", people_deeds.person_resume, name="person_resume"),
    path("<slug:edition>/people/<int:pk>/invite-again/", people_deeds.person_invite_again, name="person_invite_again"),
    path("<slug:edition>/people/<int:pk>/not-at/", people_deeds.person_not_at, name="person_not_at"),
    path("<slug:edition>/people/<int:pk>/block/", people_deeds.person_block, name="person_block"),
    path("<slug:edition>/people/<int:pk>/unblock/", people_deeds.person_unblock, name="person_unblock"),
    path("<slug:edition>/people/<int:pk>/merge/", merging.person_merge, name="person_merge"),
]
