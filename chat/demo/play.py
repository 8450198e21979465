"""The player of the demo: it calls the services, then dates the rows back over a week."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.names.lookalikes import skeleton
from chat import services
from chat.demo.cast import CAST, PASSWORD, SCENES, Scene
from chat.demo.news import publish_news
from chat.demo.script import ScriptLine, read_script
from chat.models import Membership, Message, Room
from chat.services import MessageDraft, Reading
from chat.states.events import room_topic
from notifications.models import Notification

BEFORE = timedelta(minutes=5)  # from the creation of a room to its first message
AFTER = timedelta(minutes=2)  # from a message to its edit or deletion


@transaction.atomic
def play_demo() -> bool:
    """Create the users, rooms and messages of the demo. Return False if one of the usernames is taken."""
    people = get_user_model().objects
    if people.filter(username_skeleton__in=[skeleton(part.username) for part in CAST]).exists():
        return False
    password = make_password(PASSWORD)  # Once, because hashing is slow on purpose.
    people.bulk_create(
        people.model(
            username=part.username,
            display_name=part.name,
            time_zone=part.time_zone,
            password=password,
            is_staff=part.username == "ada",
            is_superuser=part.username == "ada",
        )
        for part in CAST
    )
    cast = {user.username: user for user in people.filter(username__in=[part.username for part in CAST])}
    now = datetime.now(UTC)
    for scene in SCENES:
        Stage(scene, cast).play(list(read_script(scene.file, now)))
    publish_news(cast, now)
    for user in cast.values():
        put_in_order(user.notifications.filter(held=False))
    return True


def put_in_order(notifications: QuerySet[Notification]) -> None:
    """Order a user's notifications by time. Their positions follow the rooms, which were played one after the other."""
    positions = list(notifications.order_by("position").values_list("position", flat=True))
    ids = list(notifications.order_by("created_at", "position").values_list("pk", flat=True))
    notifications.update(position=None)  # No two rows may have the same, not even for a moment.
    for id, position in zip(ids, positions, strict=True):
        notifications.filter(pk=id).update(position=position)


class Stage:
    """The player of one room. Services write the present time, so their rows are dated back."""

    def __init__(self, scene: Scene, cast: dict) -> None:
        self.scene = scene
        self.cast = cast
        self.waiting: list[ScriptLine] = []
        self.seen = 0
        self.room: Room

    def play(self, lines: list[ScriptLine]) -> None:
        """Create the room, and play the lines in their order."""
        self.make(lines[0].at - BEFORE)
        for line in lines:
            if line.text.startswith("/"):
                self.speak()
                self.act(line)
            else:
                self.waiting.append(line)
        self.speak()
        self.read()
        self.date_notices_back()

    def make(self, at: datetime) -> None:
        by, *others = [self.cast[name] for name in self.scene.people.split()]
        if self.scene.kind == Room.Kind.DIRECT:
            self.room = services.open_direct(by, others)
        else:
            self.room = services.create_room(by, kind=self.scene.kind, name=self.scene.name)
            services.invite(self.room, by, others)
        for name in self.scene.moderators.split():
            services.set_role(self.room, by, self.cast[name], Membership.Role.MODERATOR)
        Room.objects.filter(pk=self.room.pk).update(created_at=at)
        self.date_back(at)

    def act(self, line: ScriptLine) -> None:
        verb, _, words = line.text.partition(" ")
        if verb == "/topic":
            services.update_room(self.room, self.cast[line.author], topic=words)
        elif verb == "/join":
            services.join(self.room, self.cast[line.author])
        else:
            raise ValueError(f"{self.scene.file}.txt: {line.text}")
        self.date_back(line.at)

    def date_back(self, at: datetime) -> None:
        """Date the system lines and memberships of the last minute back to `at`."""
        recent = datetime.now(UTC) - timedelta(minutes=1)
        self.room.messages.filter(kind=Message.Kind.SYSTEM, created_at__gt=recent).update(created_at=at)
        self.room.memberships.filter(joined_at__gt=recent).update(joined_at=at)

    def speak(self) -> None:
        """Post the waiting messages in one batch."""
        lines, self.waiting = self.waiting, []
        drafts = [MessageDraft(self.room.pk, self.cast[line.author].pk, uuid4(), line.text, line.at) for line in lines]
        for line, posted in zip(lines, services.post_messages(drafts), strict=True):
            if isinstance(posted, Exception):
                raise posted
            if line.seen:
                self.seen = posted.seq
            self.change(line, posted.id)

    def change(self, line: ScriptLine, message_id: int) -> None:
        """Edit or delete the message if its line has an edit or a deletion."""
        author, row = self.cast[line.author], Message.objects.filter(pk=message_id)
        if line.edited:
            services.edit_message(self.room.pk, author, message_id, line.edited)
            row.update(edited_at=line.at + AFTER)
        if line.deleted:
            services.delete_message(self.room.pk, author, message_id)
            row.update(deleted_at=line.at + AFTER)

    def read(self) -> None:
        """Mark all messages as read by all members, but by Ada only those that she has seen."""
        last = self.room.messages.order_by("-posted_seq").values_list("posted_seq", flat=True)[0]
        for member in self.room.memberships.select_related("user"):
            seq = self.seen if member.user.username == "ada" else last
            services.mark_readings([Reading(self.room.pk, member.user_id, seq)])

    def date_notices_back(self) -> None:
        """Date each notification back to the message or the room that it is about."""
        notices = Notification.objects.filter(group=room_topic(self.room.pk))
        posted = Message.objects.filter(pk=OuterRef("target_id")).values("created_at")
        notices.filter(target_type=Message._meta.label_lower).update(created_at=Subquery(posted))
        notices.filter(target_type=Room._meta.label_lower).update(
            created_at=self.room.messages.earliest("seq").created_at
        )
