"""Real servers for the tests, started in temporary folders: a mail server, Valkey, workers, Chromium.

`nocturnes.scratch` has PostgreSQL, which the bench needs too.
"""
