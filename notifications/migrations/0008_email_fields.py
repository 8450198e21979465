from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_published_at'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='notification', name='notification_mail_due'),
        migrations.RenameField(model_name='notification', old_name='mail_due_at', new_name='email_due_at'),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('email_due_at', None), _negated=True), fields=['email_due_at'], name='notification_email_due'),
        ),
        migrations.RenameField(model_name='inbox', old_name='mailed_at', new_name='emailed_at'),
        migrations.RenameField(
            model_name='preferences', old_name='mail_after_minutes', new_name='email_after_minutes',
        ),
        migrations.RenameField(model_name='preferences', old_name='mail_daily_at', new_name='email_daily_at'),
    ]
