"""Lend somebody to another museum of the evening."""

from django.urls import path

from shifts.views.coordinator import lending

urlpatterns = [path("<slug:edition>/posts/<int:pk>/lend/", lending.post_lend, name="post_lend")]
