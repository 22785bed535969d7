"""Reads the environment for the settings: each value in one place, everything that is wrong said at once."""

import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}

# Writers wait for each other at the start of a transaction instead of failing in its middle; WAL lets readers go on
# meanwhile.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

WANTED = {
    "SECRET_KEY": "a long random text that signs links and sessions",
    "ALLOWED_HOSTS": "the site's host names, with commas between",
    "BASE_URL": "the site's address as people type it, such as https://benevoles.example.org",
    "EMAIL_URL": "the mail server, such as smtp+tls://user:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "the address that mails come from",
}


class Reader:
    """Reads variables and remembers what is missing or malformed until `complain` is called."""

    def __init__(self, variables=None):
        self.variables = os.environ if variables is None else variables
        self.missing = []
        self.malformed = []

    def text(self, name, default=""):
        """Returns the variable without spaces around it; an empty variable counts as absent."""
        return self.variables.get(name, "").strip() or default

    def wrong(self, name, must):
        """Remembers that variable `name` is malformed; `must` ends the sentence "name must …"."""
        self.malformed.append(f"{name} must {must}.")

    def required(self, name, local):
        """Returns the variable, else `local`; where that is None too, the variable is remembered as missing."""
        value = self.text(name) or local
        if value is None:
            self.missing.append(name)
        return value

    def flag(self, name, default=False):
        """Returns True or False."""
        value = self.text(name).lower()
        if value and value not in YES | NO:
            self.wrong(name, "be 1 or 0")
        return value in YES if value else default

    def number(self, name, default):
        """Returns a whole number, zero or more."""
        value = self.text(name)
        if not value:
            return default
        if not value.isdecimal():
            self.wrong(name, "be a whole number")
            return default
        return int(value)

    def words(self, name, local):
        """Returns a list, from a text with commas between."""
        value = self.required(name, local)
        if isinstance(value, str):
            return [word.strip() for word in value.split(",") if word.strip()]
        return value or []

    def folder(self, name, default):
        """Returns an absolute path, made with mode 0700 if it is not there: it holds people's data."""
        path = Path(self.text(name, str(default))).expanduser().resolve()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            self.wrong(name, f"be a folder that can be written ({path}: {error.strerror})")
        return path

    def address(self, name, local):
        """Returns an absolute http(s) address without a slash at its end."""
        value = (self.required(name, local) or "").rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query):
            self.wrong(name, "be an address such as https://benevoles.example.org, without a path")
        return value

    def mailbox(self, name, local):
        """Returns a mail address, with or without a name before it."""
        value = self.required(name, local) or ""
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
            self.wrong(name, "be a mail address")
        return value

    def header(self, name):
        """Returns Django's (header, value) pair from "X-Forwarded-Proto: https", or None."""
        value = self.text(name)
        if not value:
            return None
        key, colon, wanted = (part.strip() for part in value.partition(":"))
        if not (key and colon and wanted):
            self.wrong(name, 'look like "X-Forwarded-Proto: https"')
            return None
        return "HTTP_" + key.upper().replace("-", "_"), wanted

    def secret_key(self, folder, local):
        """Returns SECRET_KEY; on one's own machine a random one, kept in `folder` for its owner only."""
        value = self.text("SECRET_KEY")
        if value or not local:
            if len(value) < 32 and value:
                self.wrong("SECRET_KEY", "be at least 32 characters long")
            return self.required("SECRET_KEY", None) or ""
        return kept_secret(folder / "secret_key")

    def database(self, name, default):
        """Returns Django's description of the database at a URL, else of the SQLite file `default`."""
        url = self.text(name)
        try:
            database = environ.Env.db_url_config(url) if url else sqlite(default)
        except Exception:
            database = {}
        engine = database.get("ENGINE", "").rpartition(".")[2]
        if engine not in ("sqlite3", "postgresql"):
            self.wrong(name, "look like postgres://user:password@host:5432/name (or ?host=/folder for a socket)")
            return sqlite(default)
        if engine == "sqlite3":
            return sqlite(database["NAME"])
        options = dict(database.get("OPTIONS", {}))
        # A socket's folder, which the helper leaves among the options.
        host = options.pop("host", database["HOST"])
        return database | {"HOST": host, "OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

    def cache(self, redis_url):
        """Returns the cache that all processes share, which the sign-in limits need: Redis, else the database."""
        if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://", "redis+socket://")):
            self.wrong("REDIS_URL", "look like redis://host:6379/0 (or redis+socket:///path)")
        if redis_url:
            location = redis_url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
            return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}

    def mail(self, name, local):
        """Returns Django's mail settings from a URL; on one's own machine mails go to the console."""
        url = self.required(name, "consolemail://" if local else None)
        try:
            config = environ.Env.email_url_config(url) if url else {}
            if config.get("EMAIL_BACKEND", "").endswith("smtp.EmailBackend") and not config.get("EMAIL_HOST"):
                raise ValueError
        except Exception:
            self.wrong(name, "look like smtp+tls://user:password@host:587")
            config = {}
        config.setdefault("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
        return config

    def complain(self):
        """Raises ImproperlyConfigured with one sentence for each variable that is missing or malformed."""
        lines = [f"{name} is missing: {WANTED[name]}." for name in self.missing] + self.malformed
        if lines:
            raise ImproperlyConfigured(
                "Nocturnes cannot start:\n"
                + "\n".join(f"  - {line}" for line in lines)
                + "\nThe README lists every variable. To try it on this machine: make run."
            )


def sqlite(path):
    """Returns Django's description of the SQLite file at `path`."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(SQLITE_OPTIONS)}


def kept_secret(path):
    """Returns the random text kept in the file `path`, made at first with mode 0600."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip() or kept_secret_again(path)
    with os.fdopen(handle, "w") as file:
        value = secrets.token_urlsafe(48)
        file.write(value)
    return value


def kept_secret_again(path):
    """Replaces an empty secret, which a full disk may have left behind."""
    path.unlink()
    return kept_secret(path)
