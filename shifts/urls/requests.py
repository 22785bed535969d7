"""The coordinator's addresses for what volunteers ask for."""

from django.urls import path

from shifts.views.coordinator import requests

urlpatterns = [
    path("<slug:edition>/requests/", requests.requests, name="requests"),
    path("<slug:edition>/requests/<int:pk>/grant/", requests.request_grant, name="request_grant"),
    path("<slug:edition>/requests/<int:pk>/decline/", requests.request_decline, name="request_decline"),
]
