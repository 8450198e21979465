"""Play the demo through the services, as if it had happened over a week."""

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
from chat.demo.script import Line, read_script
from chat.models import Membership, Message, Room
from chat.services import Draft, Reading
from chat.states.events import room_feed
from notifications.models import Notification

BEFORE = timedelta(minutes=5)  # A room is made so long before the first word in it.
AFTER = timedelta(minutes=2)  # And a message edited or taken back so long after.


@transaction.atomic
def play_demo() -> bool:
    """Make the demo's people, rooms and messages; return False where one of the people is there already."""
    people = get_user_model().objects
    if people.filter(username_skeleton__in=[skeleton(part.username) for part in CAST]).exists():
        return False
    password = make_password(PASSWORD)  # Once: it is made to be slow.
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


def put_in_order(told: QuerySet[Notification]) -> None:
    """Let what came later stand above: one room was played after the other."""
    positions = list(told.order_by("position").values_list("position", flat=True))
    ids = list(told.order_by("created_at", "position").values_list("pk", flat=True))
    told.update(position=None)  # No two may have the same, not even for a moment.
    for id, position in zip(ids, positions, strict=True):
        told.filter(pk=id).update(position=position)


class Stage:
    """A room of the demo. Services know no other time than now, so what they did is dated back."""

    def __init__(self, scene: Scene, cast: dict) -> None:
        self.scene = scene
        self.cast = cast
        self.waiting: list[Line] = []
        self.seen = 0
        self.room: Room

    def play(self, lines: list[Line]) -> None:
        """Make the room and do what the lines say, in their order."""
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

    def act(self, line: Line) -> None:
        verb, _, words = line.text.partition(" ")
        if verb == "/topic":
            services.update_room(self.room, self.cast[line.author], topic=words)
        elif verb == "/join":
            services.join(self.room, self.cast[line.author])
        else:
            raise ValueError(f"{self.scene.file}.txt: {line.text}")
        self.date_back(line.at)

    def date_back(self, at: datetime) -> None:
        """Let the system lines and memberships of just now be of then."""
        recent = datetime.now(UTC) - timedelta(minutes=1)
        self.room.messages.filter(kind=Message.Kind.SYSTEM, created_at__gt=recent).update(created_at=at)
        self.room.memberships.filter(joined_at__gt=recent).update(joined_at=at)

    def speak(self) -> None:
        """Post the lines that wait, in one go."""
        lines, self.waiting = self.waiting, []
        drafts = [Draft(self.room.pk, self.cast[line.author].pk, uuid4(), line.text, line.at) for line in lines]
        for line, posted in zip(lines, services.post_messages(drafts), strict=True):
            if isinstance(posted, Exception):
                raise posted
            if line.seen:
                self.seen = posted.seq
            self.change(line, posted.id)

    def change(self, line: Line, message_id: int) -> None:
        """Edit the message, or take it back, where its line says so."""
        author, row = self.cast[line.author], Message.objects.filter(pk=message_id)
        if line.edited:
            services.edit_message(self.room.pk, author, message_id, line.edited)
            row.update(edited_at=line.at + AFTER)
        if line.deleted:
            services.delete_message(self.room.pk, author, message_id)
            row.update(deleted_at=line.at + AFTER)

    def read(self) -> None:
        """Let everybody have read everything, but for what Ada has not seen."""
        last = self.room.messages.order_by("-posted_seq").values_list("posted_seq", flat=True)[0]
        for member in self.room.memberships.select_related("user"):
            seq = self.seen if member.user.username == "ada" else last
            services.mark_readings([Reading(self.room.pk, member.user_id, seq)])

    def date_notices_back(self) -> None:
        """Let what people were told be as old as what it is about."""
        notices = Notification.objects.filter(group=room_feed(self.room.pk))
        said = Message.objects.filter(pk=OuterRef("target_id")).values("created_at")
        notices.filter(target_type=Message._meta.label_lower).update(created_at=Subquery(said))
        notices.filter(target_type=Room._meta.label_lower).update(
            created_at=self.room.messages.earliest("seq").created_at
        )
