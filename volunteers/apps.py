from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "volunteers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import messages  # noqa: F401  (registers the kinds of message that this app sends)
