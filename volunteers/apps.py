from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "volunteers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import directory, messages  # noqa: F401  (register the volunteers, and the kinds of message of this app)
