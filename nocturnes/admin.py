"""The Django admin: reference data without consequences is edited there, the rest can be looked at (design.md 3)."""

from django.contrib import admin

from .models import Edition, Entry, Evening, Language, Role, User


class LookOnly(admin.ModelAdmin):
    """For rows that only an action may change: an admin page would send nothing, lock nothing and write no history."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class NeverDeleted(admin.ModelAdmin):
    """For reference data, to which other rows point; `fixed` fields keep the value that they were made with."""

    fixed = ()

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(self.fixed if obj else ())]


@admin.register(Role)
class RoleAdmin(NeverDeleted):
    list_display = ["name_fr", "name_nl", "name_en", "replace_if_empty", "floats"]
    # Whether a withdrawal starts a search is a rule, not a text.
    readonly_fields = ["replace_if_empty", "floats"]
    fixed = ["slug"]


@admin.register(Language)
class LanguageAdmin(NeverDeleted):
    list_display = ["short", "name_fr", "name_nl", "name_en"]
    fixed = ["code"]


@admin.register(User)
class UserAdmin(LookOnly):
    list_display = ["first_name", "email", "language", "is_coordinator", "is_active"]
    list_filter = ["is_coordinator", "language"]
    search_fields = ["first_name", "email"]
    exclude = ["password"]


@admin.register(Edition)
class EditionAdmin(LookOnly):
    list_display = ["name_fr", "organisation", "sign_up_open"]


@admin.register(Evening)
class EveningAdmin(LookOnly):
    list_display = ["date", "edition", "lead", "published_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "lead"]


@admin.register(Entry)
class EntryAdmin(LookOnly):
    list_display = ["at", "actor_kind", "actor_id", "verb", "about_type", "about_id"]
    list_filter = ["actor_kind", "verb"]
