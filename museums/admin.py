from django.contrib import admin
from django.db import models

from nocturnes.admin import LookOnly, NeverDeleted

from .models import Contact, Museum, Opening


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Museum)
class MuseumAdmin(NeverDeleted):
    list_display = ["name_fr", "name_nl", "commune_fr", "stop"]
    search_fields = ["name_fr", "name_nl", "name_en"]
    # Raising the version of a link makes every link that the museum has useless.
    exclude = ["link_version"]
    # Where the museum is, people on its posts were told: only the planning's page tells them of another address.
    fixed = ["slug", "street_fr", "street_nl", "postcode", "commune_fr", "commune_nl", "stop"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [ContactInline]


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ["name", "museum", "email", "phone", "language"]
    list_select_related = ["museum"]
    search_fields = ["name", "email", "museum__name_fr", "museum__name_nl"]


@admin.register(Opening)
class OpeningAdmin(LookOnly):
    list_display = ["evening", "museum", "activity", "called_off_at"]
    list_filter = ["evening__edition", "activity"]
    list_select_related = ["evening", "museum"]
