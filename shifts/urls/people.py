"""The coordinator's people: the list, one person, somebody by hand."""

from django.urls import path

from shifts.views.coordinator import people, person

urlpatterns = [
    path("<slug:edition>/people/", people.people, name="people"),
    path("<slug:edition>/people/add/", people.person_add, name="person_add"),
    path("<slug:edition>/people/<int:pk>/", person.person, name="person"),
    path("<slug:edition>/people/<int:pk>/edit/", person.person_edit, name="person_edit"),
    path("<slug:edition>/people/<int:pk>/answers/", person.person_answers, name="person_answers"),
    path("<slug:edition>/people/<int:pk>/note/", person.person_note, name="person_note"),
    path("<slug:edition>/people/<int:pk>/note/<int:note>/", person.person_note_delete, name="person_note_delete"),
]
