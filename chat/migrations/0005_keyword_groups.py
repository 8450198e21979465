from django.db import migrations


def fill_in(apps, schema_editor):
    """Note in which rooms the users who have keywords are."""
    memberships = apps.get_model("chat", "Membership").objects.using(schema_editor.connection.alias)
    keywords = apps.get_model("notifications", "Keyword").objects.using(schema_editor.connection.alias)
    groups = apps.get_model("notifications", "KeywordGroup").objects.using(schema_editor.connection.alias)
    model = apps.get_model("notifications", "KeywordGroup")
    for user_id in keywords.order_by("user_id").values_list("user_id", flat=True).distinct():
        rooms = memberships.filter(user_id=user_id, active=True).values_list("room_id", flat=True)
        rows = [model(user_id=user_id, group=f"room.{room_id}") for room_id in rooms]
        groups.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0004_folded_names"),
        ("notifications", "0004_keyword_groups"),
    ]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
