from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.AddField("order", "status", models.CharField(max_length=20, default="new")),
        migrations.AddField("order", "seq", models.PositiveBigIntegerField(default=0)),
    ]
