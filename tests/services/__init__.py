"""Real servers for the tests, started in temporary folders: PostgreSQL, Valkey, a mail server, workers, Chromium."""
