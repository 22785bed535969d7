import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from nocturnes.environment import Reader

pytestmark = pytest.mark.once

PRODUCTION = {
    "SECRET_KEY": "a-long-random-text-that-nobody-guesses",
    "ALLOWED_HOSTS": "help.example.org, www.example.org",
    "BASE_URL": "https://help.example.org/",
    "EMAIL_URL": "smtp+tls://user:pass%40word@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Nocturnes <nocturnes@example.org>",
}


def started_with(variables, tmp_path, show="s.DEBUG"):
    """Starts a fresh Python with nothing but these variables; returns (exit status, output)."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "var"), **variables}
    code = f"from django.conf import settings as s; print(({show}))"
    environment["DJANGO_SETTINGS_MODULE"] = "nocturnes.settings"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() or done.stderr


def value(show, tmp_path, **variables):
    status, output = started_with(variables, tmp_path, show)
    assert status == 0, output
    return output


def test_production_says_everything_that_is_missing_at_once(tmp_path):
    status, output = started_with({}, tmp_path)

    assert status != 0
    assert [name for name in PRODUCTION if f"{name} is missing" in output] == list(PRODUCTION)


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_needs_each_variable(name, tmp_path):
    status, output = started_with({key: text for key, text in PRODUCTION.items() if key != name}, tmp_path)

    assert status != 0
    assert output.count("is missing") == 1
    assert f"{name} is missing" in output


def test_production_starts_with_what_it_needs(tmp_path):
    assert value("s.ALLOWED_HOSTS, s.BASE_URL", tmp_path, **PRODUCTION) == (
        "(['help.example.org', 'www.example.org'], 'https://help.example.org')"
    )


def test_production_is_secure_by_itself(tmp_path):
    shown = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.DEBUG"

    assert value(shown, tmp_path, **PRODUCTION) == "(True, True, True, 31536000, False)"


def test_production_sends_through_the_mail_server_it_was_given(tmp_path):
    shown = "s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_TIMEOUT"

    assert value(shown, tmp_path, **PRODUCTION) == (
        "('django.core.mail.backends.smtp.EmailBackend', 'mail.example.org', 587, 'pass@word', True, 20)"
    )


def test_the_proxy_is_trusted_by_variable_only(tmp_path):
    shown = "s.SECURE_PROXY_SSL_HEADER, s.USE_X_FORWARDED_HOST, s.ALLAUTH_TRUSTED_PROXY_COUNT, s.CSRF_TRUSTED_ORIGINS"
    behind = {
        "PROXY_SSL_HEADER": "X-Forwarded-Proto: https",
        "PROXY_HOST_HEADER": "1",
        "PROXY_COUNT": "1",
        "TRUSTED_ORIGINS": "https://help.example.org,https://www.example.org",
    }

    alone = value(shown, tmp_path, **PRODUCTION)
    proxied = value(shown, tmp_path, **PRODUCTION, **behind)

    assert alone == "(None, False, 0, ['https://help.example.org'])"
    assert proxied == (
        "(('HTTP_X_FORWARDED_PROTO', 'https'), True, 1, ['https://help.example.org', 'https://www.example.org'])"
    )


def test_a_rehearsal_needs_nothing_and_never_sends_mail(tmp_path):
    shown = "s.EMAIL_BACKEND, s.BASE_URL, s.SESSION_COOKIE_SECURE, len(s.SECRET_KEY)"
    variables = {"REHEARSAL": "1", "PORT": "8123", "EMAIL_URL": "smtp://mail.example.org:25", "EMAIL_BACKEND": "x"}

    assert value(shown, tmp_path, **variables) == (
        "('messaging.backends.MailboxBackend', 'http://127.0.0.1:8123', False, 64)"
    )


def test_the_rehearsals_secret_is_kept_for_its_owner_only(tmp_path):
    first = value("s.SECRET_KEY", tmp_path, REHEARSAL="1")
    second = value("s.SECRET_KEY", tmp_path, REHEARSAL="1")

    kept = tmp_path / "var" / "secret_key"
    assert first == second == kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("REHEARSAL", "maybe", "REHEARSAL must be 1 or 0."),
        ("PORT", "80a", "PORT must be a whole number."),
        ("SECRET_KEY", "short", "SECRET_KEY must be at least 32 characters long."),
        ("BASE_URL", "help.example.org", "BASE_URL must be an address such as https://"),
        ("BASE_URL", "https://help.example.org/nocturnes", "without a path"),
        ("DEFAULT_FROM_EMAIL", "Nocturnes", "DEFAULT_FROM_EMAIL must be a mail address."),
        ("EMAIL_URL", "mail.example.org", "EMAIL_URL must look like smtp+tls://"),
        ("EMAIL_URL", "smtp+tls://", "EMAIL_URL must look like smtp+tls://"),
        ("DATABASE_URL", "mysql://user@host/name", "DATABASE_URL must look like postgres://"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must look like postgres://"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL must look like redis://"),
        ("PROXY_SSL_HEADER", "X-Forwarded-Proto", "PROXY_SSL_HEADER must look like"),
    ],
)
def test_a_malformed_value_gets_a_sentence(name, text, says, tmp_path):
    status, output = started_with(PRODUCTION | {name: text}, tmp_path)

    assert status != 0
    assert says in output
    assert "Traceback" not in output.split("Nocturnes cannot start")[1]


def test_an_empty_variable_counts_as_absent():
    reader = Reader({"PORT": " ", "DEBUG": ""})

    assert (reader.number("PORT", 8000), reader.flag("DEBUG", True)) == (8000, True)
    reader.complain()


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    reader = Reader({"DATA_DIR": str(tmp_path / "file" / "var")})

    reader.folder("DATA_DIR", "/nowhere")

    with pytest.raises(ImproperlyConfigured, match="DATA_DIR must be a folder that can be written"):
        reader.complain()


def test_postgresql_is_reached_through_a_socket():
    database = Reader({"DATABASE_URL": "postgres://me@/name?host=/run/pg"}).database("DATABASE_URL", "unused")

    assert {key: database[key] for key in ("ENGINE", "NAME", "USER", "HOST")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "USER": "me",
        "HOST": "/run/pg",
    }


def test_sqlite_waits_for_other_writers_wherever_its_file_lies(tmp_path):
    path = tmp_path / "with space" / "x.sqlite3"
    named = Reader({"DATABASE_URL": f"sqlite:///{path}".replace(" ", "%20")}).database("DATABASE_URL", "unused")
    default = Reader({}).database("DATABASE_URL", path)

    assert named == default
    assert default["NAME"] == str(path)
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_redis_is_the_shared_cache_where_there_is_one():
    reader = Reader({})

    assert reader.cache("redis+socket:///run/r.sock?virtual_host=2")["LOCATION"] == "unix:///run/r.sock?db=2"
    assert reader.cache("")["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def test_a_page_carries_the_security_headers(client, db):
    headers = client.get("/fr/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_real_site_leads_to_its_rehearsal_and_a_rehearsal_leads_nowhere(tmp_path):
    there = {"REHEARSAL_URL": "https://practise.example.org/"}

    assert value("s.REHEARSAL_URL", tmp_path, **PRODUCTION) == ""
    assert value("s.REHEARSAL_URL", tmp_path, **PRODUCTION, **there) == "https://practise.example.org"
    assert value("s.REHEARSAL_URL", tmp_path, REHEARSAL="1", **there) == ""


def test_a_rehearsal_beside_the_real_site_signs_nobody_out_of_it(tmp_path):
    """A browser sends the cookies of a host to each of its ports."""
    show = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME"
    real, rehearsal = value(show, tmp_path, **PRODUCTION), value(show, tmp_path, REHEARSAL="1")

    assert set(eval(real)).isdisjoint(eval(rehearsal))
