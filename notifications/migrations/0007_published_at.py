from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_retracted_and_position'),
    ]

    operations = [
        migrations.RenameField(model_name='stream', old_name='told_at', new_name='published_at'),
        migrations.RenameField(model_name='stream', old_name='untold', new_name='is_pending'),
    ]
