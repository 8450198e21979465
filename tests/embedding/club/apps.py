from django.apps import AppConfig


class ClubConfig(AppConfig):
    name = "club"

    def ready(self) -> None:
        from club.topics import MatchTopic

        from notifications.kinds import Kind, register
        from realtime.engine import topics

        register(Kind("match", "Matches", "bell"))
        topics.register(MatchTopic)
