"""Everything in one command: `manage.py serve` starts the broker, the web, the worker and beat, and ends them."""
