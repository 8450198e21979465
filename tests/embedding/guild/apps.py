from django.apps import AppConfig


class GuildConfig(AppConfig):
    name = "guild"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications.kinds import Kind, register

        register(Kind("dues", "Dues", "bell"))
