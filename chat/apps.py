from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """Register the system checks, the scheduled jobs, the kinds and the groups ("room.42") of the chat."""
        from chat import checks  # noqa: F401 they are registered
        from chat.notices.groups import find_joined, label_rooms
        from chat.notices.kinds import KINDS
        from chat.previews.jobs import delete_old_previews, fetch_due_previews
        from chat.search.indexer import run_indexer
        from chat.services.invitation_links import delete_old_links
        from chat.services.levels import publish_levels
        from notifications import groups, kinds
        from notifications.conf import setting
        from realtime.shared import scheduler

        scheduler.every(1, run_indexer)
        scheduler.every(1, fetch_due_previews, in_servers=not setting("DELIVERIES_BY_WORKER"))
        scheduler.every(3600, delete_old_previews)
        scheduler.every(3600, delete_old_links)
        kinds.register(*KINDS)
        groups.register("room", label_rooms, publish_levels, find_joined)
