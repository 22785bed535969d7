from django.urls import path

from shifts.views import undo

urlpatterns = [
    path("<slug:edition>/undo/<int:pk>/", undo.undo, name="undo"),
    path("<slug:edition>/send-now/<int:pk>/", undo.send_now, name="send_now"),
]
