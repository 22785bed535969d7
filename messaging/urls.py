from django.urls import path

from .views import desk, mailbox

urlpatterns = [
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.mailbox_message, name="mailbox_message"),
    path("mailbox/<int:pk>/html/", mailbox.mailbox_html, name="mailbox_html"),
    path("mailbox/<int:pk>/files/<int:number>/", mailbox.mailbox_file, name="mailbox_file"),
    path("<slug:edition>/messages/", desk.message_list, name="message_list"),
    path("<slug:edition>/messages/<int:pk>/", desk.message, name="message"),
    path("<slug:edition>/messages/<int:pk>/send-now/", desk.message_send_now, name="message_send_now"),
    path("<slug:edition>/messages/<int:pk>/skip/", desk.message_skip, name="message_skip"),
    path("<slug:edition>/messages/<int:pk>/phoned/", desk.message_phoned, name="message_phoned"),
]
