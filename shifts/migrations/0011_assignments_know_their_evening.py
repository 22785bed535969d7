"""Everybody's evenings are counted without going through posts and openings; of three tables that never part."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

# On PostgreSQL the database itself refuses an assignment of another evening than its post's, and a post or an opening
# that goes elsewhere. SQLite forgets its triggers when a table is altered: there the one function that makes
# assignments does it.
ADD = """
CREATE FUNCTION an_assignment_is_of_its_posts_evening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.evening_id IS DISTINCT FROM (
        SELECT museums_opening.evening_id
        FROM shifts_post JOIN museums_opening ON museums_opening.id = shifts_post.opening_id
        WHERE shifts_post.id = NEW.post_id
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION it_stays_where_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_NAME, CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER an_assignment_is_of_its_posts_evening
    BEFORE INSERT OR UPDATE OF post_id, evening_id ON shifts_assignment
    FOR EACH ROW EXECUTE FUNCTION an_assignment_is_of_its_posts_evening();
CREATE TRIGGER a_post_stays_at_its_opening BEFORE UPDATE OF opening_id ON shifts_post
    FOR EACH ROW WHEN (NEW.opening_id <> OLD.opening_id) EXECUTE FUNCTION it_stays_where_it_is();
CREATE TRIGGER an_opening_stays_on_its_evening BEFORE UPDATE OF evening_id ON museums_opening
    FOR EACH ROW WHEN (NEW.evening_id <> OLD.evening_id) EXECUTE FUNCTION it_stays_where_it_is();
"""
REMOVE = """
DROP TRIGGER an_opening_stays_on_its_evening ON museums_opening;
DROP TRIGGER a_post_stays_at_its_opening ON shifts_post;
DROP TRIGGER an_assignment_is_of_its_posts_evening ON shifts_assignment;
DROP FUNCTION it_stays_where_it_is();
DROP FUNCTION an_assignment_is_of_its_posts_evening();
"""


def fill(apps, schema_editor):
    Assignment, Post = apps.get_model("shifts", "Assignment"), apps.get_model("shifts", "Post")
    evening = Post.objects.filter(pk=OuterRef("post")).values("opening__evening")
    Assignment.objects.update(evening=Subquery(evening))
    if schema_editor.connection.vendor == "postgresql":
        # What waits for the commit to be checked is checked now: a table for which something waits is not altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [
        ("museums", "0001_initial"),
        ("nocturnes", "0001_initial"),
        ("shifts", "0010_find_absences"),
        ("volunteers", "0003_how_she_heard"),
    ]
    operations = [
        migrations.AddField(
            model_name="assignment",
            name="evening",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="nocturnes.evening",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="assignment",
            name="evening",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="nocturnes.evening"
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=Q(("cancelled_at", None)), fields=["volunteer", "evening"], name="evenings_of_a_volunteer"
            ),
        ),
        migrations.RunPython(add, remove),
    ]
