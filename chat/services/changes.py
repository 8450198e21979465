"""Changes of rooms: the rows that one transaction changes, numbered in the room's topic, published after the commit."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.html import strip_tags

from accounts.identity.people import user_topic
from chat.models import Membership, Message, Room
from chat.states.events import event_of, room_topic
from chat.states.sidebar_entries import entry_events
from chat.text.system_lines import make_line, write_english_line
from notifications import services as notifications
from realtime.engine.publish import publish
from realtime.engine.sequences import next_values

# Without last_read_seq: this would undo a reading that is stored between our read and our write.
MEMBER_FIELDS = ["role", "active", "joined_at", "seq", "person_seq"]


class Change:
    """Rows of one room that change together, in the order of their events.

    Add the rows, then call `commit` inside the transaction. A removed user gets no event after their own
    `member` event: add the rows that they should see before it.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.rows: list[Message | Membership | Room] = []
        self.entries: list[Membership] = []
        self.newcomers: list[Membership] = []

    def line(self, author, action: str, *, people: Sequence = (), text: str = "") -> None:
        """Add a system line to the timeline: an action of SENTENCES, and the facts that its sentence needs."""
        line = make_line(action, people=people, text=text)
        # A slice of a SafeString is a plain str: the encoder of events takes no other.
        html = write_english_line(line, author.name)[:]
        kind = Message.Kind.SYSTEM
        message = Message(room=self.room, author=author, kind=kind, html=html, text=strip_tags(html), line=line)
        message.mention_ids = []
        self.rows.append(message)

    def member(self, membership: Membership) -> None:
        """Add a membership: the room gets a `member` event, and the member an event with their sidebar entry."""
        self.rows.append(membership)
        self.entries.append(membership)

    def newcomer(self, membership: Membership) -> None:
        """Add the membership of a new member. Their read position is just before the rows of this change."""
        self.member(membership)
        self.newcomers.append(membership)

    def room_itself(self) -> None:
        """Add the room, with its new name, topic or archiving."""
        self.rows.append(self.room)

    def commit(self) -> None:
        """Number the rows, save them, and publish their events once the transaction commits."""
        self._number()
        self._save()
        if self.newcomers:
            notifications.enter_group(room_topic(self.room.pk), [member.user_id for member in self.newcomers])
        publish([event_of(row) for row in self.rows] + entry_events(self.entries))

    def _number(self) -> None:
        topic = room_topic(self.room.pk)
        people = {user_topic(member.user_id): 1 for member in self.entries}
        numbers = next_values({topic: len(self.rows)} | people)
        for row, seq in zip(self.rows, numbers[topic], strict=True):
            row.seq = seq
        for member in self.entries:
            member.person_seq = numbers[user_topic(member.user_id)][0]
        for member in self.newcomers:
            member.last_read_seq = numbers[topic][0] - 1

    def _save(self) -> None:
        now = timezone.now()
        for row in self.rows:
            if isinstance(row, Message):
                row.posted_seq, row.created_at = row.seq, now
        Message.objects.bulk_create([row for row in self.rows if isinstance(row, Message)])
        members = [row for row in self.rows if isinstance(row, Membership)]
        Membership.objects.bulk_create([member for member in members if member.pk is None])
        Membership.objects.bulk_update([member for member in members if member.pk], MEMBER_FIELDS)
        Membership.objects.bulk_update(self.newcomers, ["last_read_seq"])
        if self.room in self.rows:
            self.room.save(update_fields=["name", "topic", "archived_at", "seq"])
