"""Posts, assignments and searches can only be looked at in the admin: what changes them are actions."""

from django.contrib import admin

from nocturnes.admin import LookOnly

from .models import Assignment, Call, Disruption, LeftOut, Offer, Post, Reserve, Search, StillComing, Swap


@admin.register(Post)
class PostAdmin(LookOnly):
    list_display = ["opening", "role", "report_at", "places", "needed", "taken"]
    list_filter = ["opening__evening", "role"]
    list_select_related = ["opening__museum", "opening__evening", "role"]


@admin.register(Assignment)
class AssignmentAdmin(LookOnly):
    list_display = ["volunteer", "post", "report_at", "published_at", "confirmed_at", "cancelled_at", "cause"]
    list_filter = ["post__opening__evening", "cause"]
    list_select_related = ["volunteer", "post__role", "post__opening__museum", "post__opening__evening"]


@admin.register(Disruption)
class DisruptionAdmin(LookOnly):
    list_display = ["evening", "museum", "why", "asked_at", "asked_again_at", "taken_back_at"]
    list_filter = ["why", "evening"]
    list_select_related = ["evening", "museum"]


@admin.register(StillComing)
class StillComingAdmin(LookOnly):
    list_display = ["assignment", "disruption", "answer", "answered_at"]
    list_filter = ["answer"]
    list_select_related = [
        "disruption",
        "assignment__volunteer",
        "assignment__post__role",
        "assignment__post__opening__museum",
        "assignment__post__opening__evening",
    ]


@admin.register(Search)
class SearchAdmin(LookOnly):
    list_display = ["post", "opened_at", "waves", "next_wave_at", "ended_at", "ended_because"]
    list_filter = ["post__opening__evening", "ended_because"]
    list_select_related = ["post__role", "post__opening__museum", "post__opening__evening"]


@admin.register(Swap)
class SwapAdmin(LookOnly):
    list_display = ["assignment", "volunteer", "proposed_at", "accepted_at", "ended_at", "ended_because"]
    list_filter = ["ended_because"]
    list_select_related = ["assignment__volunteer", "volunteer"]


@admin.register(Offer)
class OfferAdmin(LookOnly):
    list_display = ["volunteer", "search", "wave", "rank", "asked_at", "answer", "answered_at"]
    list_filter = ["answer", "search__post__opening__evening"]
    list_select_related = ["volunteer", "search"]


@admin.register(Reserve)
class ReserveAdmin(LookOnly):
    list_display = ["volunteer", "evening", "proposed_at", "accepted_at", "ended_at", "ended_because"]
    list_filter = ["evening", "ended_because"]
    list_select_related = ["volunteer", "evening"]


@admin.register(Call)
class CallAdmin(LookOnly):
    list_display = ["volunteer", "post", "called_at", "answer"]
    list_filter = ["post__opening__evening", "answer"]
    list_select_related = ["volunteer", "post__role", "post__opening__museum", "post__opening__evening"]


@admin.register(LeftOut)
class LeftOutAdmin(LookOnly):
    list_display = ["volunteer", "search", "at"]
    list_filter = ["search__post__opening__evening"]
    list_select_related = ["volunteer", "search"]
