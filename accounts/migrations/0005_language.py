from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_usernames_unique_in_any_form")]

    operations = [
        migrations.AddField(
            model_name="user", name="language", field=models.CharField(blank=True, default="", db_default="", max_length=16)
        ),
        migrations.AddField(
            model_name="user",
            name="browser_language",
            field=models.CharField(blank=True, default="", db_default="", editable=False, max_length=16),
        ),
    ]
