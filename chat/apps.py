from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Say of what chat tells people, and what its groups ("room.42") are called."""
        from chat import checks  # noqa: F401 they are registered
        from chat.notices.groups import find_joined, label_rooms
        from chat.notices.kinds import KINDS
        from chat.services.levels import tell_levels
        from notifications import groups, kinds

        kinds.register(*KINDS)
        groups.register("room", label_rooms, tell_levels, find_joined)
