from django.urls import path

from .views import coming, welcome

urlpatterns = [
    path("<slug:edition>/sign-up/", coming.sign_up, name="sign_up"),
    path("<slug:edition>/sign-up/sent/", coming.sign_up_sent, name="sign_up_sent"),
    path("<slug:edition>/notices/<slug:kind>/", coming.notice, name="notice"),
    path("link/sign-up/<str:token>/", coming.sign_up_confirm, name="sign_up_confirm"),
    path("link/consent/<str:token>/", coming.consent, name="consent"),
    path("<slug:edition>/welcome/", welcome.welcome, name="welcome"),
    path("<slug:edition>/welcome/all/", welcome.welcome_accept_all, name="welcome_accept_all"),
    path("<slug:edition>/welcome/<int:pk>/accept/", welcome.welcome_accept, name="welcome_accept"),
    path("<slug:edition>/welcome/<int:pk>/decline/", welcome.welcome_decline, name="welcome_decline"),
]
