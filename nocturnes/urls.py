"""Every address of the product; with settings.py, the only module that sees all apps."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.webauthn import views as passkeys
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from messaging import urls as messaging_urls
from nocturnes.access import coordinator_required
from nocturnes.accessibility import accessibility
from nocturnes.installable import forgets_readable, manifest, no_network, worker
from nocturnes.parts import parts
from shifts import urls as shifts_urls
from shifts.views import health
from volunteers import urls as volunteers_urls

# People sign in by a code in a mail, so the admin's own form for passwords never shows.
admin.site.login = secure_admin_login(admin.site.login)

# What the libraries show there would change who signs in as whom, past every rule of ours.
for _foreign in [model for model in admin.site._registry if model._meta.app_label in ("auth", "account", "mfa")]:
    admin.site.unregister(_foreign)

# Of allauth only what is used: sign in by code or passkey, sign out, and a coordinator's passkeys.
account_urls = [
    path("login/", account.login, name="account_login"),
    # The sign-in page asks for the address of this one.
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", forgets_readable(account.logout), name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/webauthn/add/", coordinator_required(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("sw.js", worker, name="service_worker"),
    *i18n_patterns(
        path("account/", include(account_urls)),
        path("admin/", admin.site.urls),
        path("parts/", parts, name="parts"),
        path("no-network/", no_network, name="no_network"),
        path("accessibility/", accessibility, name="accessibility"),
        path("<slug:edition>/manifest.webmanifest", manifest, name="manifest"),
        *messaging_urls.urlpatterns,
        *volunteers_urls.urlpatterns,
        *shifts_urls.urlpatterns,
    ),
]
