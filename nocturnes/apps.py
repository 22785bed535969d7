from django.apps import AppConfig


class NocturnesConfig(AppConfig):
    name = "nocturnes"
    default_auto_field = "django.db.models.BigAutoField"
