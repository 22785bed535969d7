"""Settings. Everything that differs between installations comes from the environment (table in the README).

Three ways to run: a rehearsal (REHEARSAL=1, what `make run` starts), development (DEBUG=1), and production
(neither), which refuses to start without what it needs.
"""

from pathlib import Path

from csp.constants import NONCE
from django.urls import reverse_lazy

from nocturnes import environment
from nocturnes.serve.broker import REDIS_TRANSPORT, embedded_broker

BASE_DIR = Path(__file__).resolve().parent.parent

env = environment.Reader()

REHEARSAL = env.flag("REHEARSAL")
DEBUG = env.flag("DEBUG")
LOCAL = REHEARSAL or DEBUG
VAR = env.folder("DATA_DIR", BASE_DIR / "var")
LISTEN = env.text("LISTEN", "127.0.0.1")
PORT = env.number("PORT", 8000)

# Who we are on the network.
SECRET_KEY = env.secret_key(VAR, local=LOCAL)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", local=["127.0.0.1", "localhost", "[::1]"] if LOCAL else None)
BASE_URL = env.address("BASE_URL", local=f"http://127.0.0.1:{PORT}" if LOCAL else None)
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS", local=[BASE_URL])
# Where the real site's coordinators practise; a rehearsal is its own.
REHEARSAL_URL = "" if REHEARSAL else env.address("REHEARSAL_URL", local="")
WEB_WORKERS = env.number("WEB_WORKERS", 2)
TASK_WORKERS = env.number("TASK_WORKERS", 2)

# Behind a proxy.
SECURE = BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = env.header("PROXY_SSL_HEADER")
USE_X_FORWARDED_HOST = env.flag("PROXY_HOST_HEADER")
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PROXY_COUNT", 0)
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", SECURE)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000 if SECURE else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
# A browser sends cookies to every port of a host: without names of their own, a rehearsal beside the real site would
# sign people out of it.
if REHEARSAL:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "rehearsal_session", "rehearsal_csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "shifts",
    "museums",
    "volunteers",
    "messaging",
    "nocturnes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "phonenumber_field",
]

MIDDLEWARE = [
    "nocturnes.heads.without_body",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are sent compressed. What lets somebody measure a secret that way is not given: tokens of forms are masked
    # anew each time, no other site can ask with somebody's cookie for more than a page that she sees, and a random
    # padding blurs the length.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nocturnes.only_sent.in_words",
    "nocturnes.only_sent.back_to_the_button",
]

ROOT_URLCONF = "nocturnes.urls"
WSGI_APPLICATION = "nocturnes.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shifts.context_processors.chrome",
            ],
            "builtins": ["nocturnes.templatetags.dates"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Data.
DATABASES = {"default": env.database("DATABASE_URL", VAR / "nocturnes.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CACHES = {"default": env.cache(REDIS_URL)}
PHONENUMBER_DEFAULT_REGION = "BE"
PHONENUMBER_DB_FORMAT = "E164"

# Background work. Results are never read; a task in hand when its worker dies is handed out again within a minute.
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = (REDIS_URL, REDIS_TRANSPORT) if REDIS_URL else embedded_broker(VAR)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")
CELERY_BEAT_SCHEDULE = {
    "messages": {"task": "messaging.tasks.sweep_messages", "schedule": 15.0, "options": {"expires": 60}},
    "evenings": {"task": "shifts.tasks.sweep", "schedule": 15.0, "options": {"expires": 60}},
    "purge": {"task": "shifts.tasks.purge", "schedule": 3600.0, "options": {"expires": 600}},
}

# Signing in, by a code in a mail; a coordinator may add a passkey.
AUTH_USER_MODEL = "nocturnes.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "messaging.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 20 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL

# Mail. In a rehearsal mails can only reach the mailbox page, whatever the environment says (design, section 7).
MAIL = env.mail("EMAIL_URL", local=LOCAL)
if REHEARSAL:
    EMAIL_BACKEND = "messaging.backends.MailboxBackend"
else:
    EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
    EMAIL_HOST = MAIL.get("EMAIL_HOST", "")
    EMAIL_PORT = MAIL.get("EMAIL_PORT", 25)
    EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", local="nocturnes@example.org" if LOCAL else None)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Languages and time.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

# Files that the browser fetches.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "nocturnes.sheets.Storage"},
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        # The nonce stands in the answer where the page used it: for the stylesheet within (`nocturnes/sheets.py`).
        "style-src": ["'self'", NONCE],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Logs carry no names, addresses, bodies or secret links (design, section 3.6); errors are not mailed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "nocturnes.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}

env.complain()
