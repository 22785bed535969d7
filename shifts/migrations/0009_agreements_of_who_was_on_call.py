"""Who was noted as being on call gets the agreement that says so: until now only her answer for the evening did."""

from django.db import migrations
from django.db.models import F


def make_agreements(apps, schema_editor):
    Availability = apps.get_model("volunteers", "Availability")
    Reserve = apps.get_model("shifts", "Reserve")
    known = set(Reserve.objects.filter(ended_at=None).values_list("evening_id", "volunteer_id"))
    answers = Availability.objects.exclude(on_call_at=None).annotate(volunteer=F("registration__volunteer"))
    rows = answers.order_by("pk").values_list("evening_id", "volunteer", "on_call_at")
    Reserve.objects.bulk_create(
        Reserve(evening_id=evening, volunteer_id=volunteer, proposed_at=at, accepted_at=at)
        for evening, volunteer, at in rows
        if (evening, volunteer) not in known
    )


def forget_nothing(apps, schema_editor):
    """`Availability.on_call_at` is in step with the agreements: without them it says what it said before."""


class Migration(migrations.Migration):
    dependencies = [
        ("shifts", "0008_disruptions_asked_again_and_taken_back"),
        ("volunteers", "0002_pauses_notes_and_merged_records"),
    ]

    operations = [migrations.RunPython(make_agreements, forget_nothing)]
