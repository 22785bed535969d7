from django.contrib import admin

from nocturnes.admin import LookOnly, NeverDeleted

from .models import Acknowledgement, Availability, Notice, Registration, SignUp, Volunteer


@admin.register(Notice)
class NoticeAdmin(NeverDeleted):
    list_display = ["kind", "version", "since"]
    fixed = ["kind", "version"]

    def has_change_permission(self, request, obj=None):
        """What somebody acknowledged stays as she read it: a new text is a new version."""
        return super().has_change_permission(request, obj) and not (obj and obj.acknowledgements.exists())


@admin.register(Volunteer)
class VolunteerAdmin(LookOnly):
    list_display = ["full_name", "age_group", "accepted_at", "declined_at", "blocked_at"]
    list_filter = ["age_group", ("merged_into", admin.EmptyFieldListFilter)]
    search_fields = ["first_name", "last_name", "user__email"]


@admin.register(Registration)
class RegistrationAdmin(LookOnly):
    list_display = ["volunteer", "edition", "most_evenings", "may_be_asked", "created_at"]
    list_filter = ["edition"]
    list_select_related = ["volunteer", "edition"]


@admin.register(Availability)
class AvailabilityAdmin(LookOnly):
    list_display = ["registration", "evening", "answer", "on_call_at"]
    list_filter = ["answer"]
    list_select_related = ["registration__volunteer", "registration__edition", "evening"]


@admin.register(SignUp)
class SignUpAdmin(LookOnly):
    list_display = ["pk", "edition", "language", "created_at", "confirmed_at"]
    list_select_related = ["edition"]


@admin.register(Acknowledgement)
class AcknowledgementAdmin(LookOnly):
    list_display = ["volunteer", "notice", "language", "at"]
    list_select_related = ["volunteer", "notice"]
