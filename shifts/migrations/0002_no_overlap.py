from django.db import migrations

# On PostgreSQL the database itself refuses two active assignments of one person that overlap. The volunteer is compared
# as a range of one number, since btree_gist is not installed everywhere. Deferred to the commit, so that one transaction
# may move somebody. SQLite has no such constraint: there one writer at a time and the actions' own check do it.
ADD = """
ALTER TABLE shifts_assignment ADD CONSTRAINT nobody_is_in_two_places
EXCLUDE USING gist (int8range(volunteer_id, volunteer_id, '[]') WITH &&, tstzrange(report_at, ends_at) WITH &&)
WHERE (cancelled_at IS NULL) DEFERRABLE INITIALLY DEFERRED
"""
REMOVE = "ALTER TABLE shifts_assignment DROP CONSTRAINT nobody_is_in_two_places"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("shifts", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
