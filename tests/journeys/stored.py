"""What a site has stored, held against what its people were answered."""

from chat.models import Message, Room
from realtime.models import TopicHead
from tests.journeys.storm import Posting, Storm


async def is_stored(storm: Storm, postings: list[Posting]) -> None:
    """What was acknowledged is there, once, where every answer said; nothing else is; and the numbers fit."""
    assert {posting.key for posting in postings if posting.refusals} == set()
    for posting in postings:
        assert all(ack == posting.acks[0] for ack in posting.acks), posting
    answered = {(posting.key, posting.author, posting.acks[0]["id"], posting.acks[0]["seq"]) for posting in postings}
    assert len(answered) == len(postings)
    stored, seqs = await storm.site.database(what_is_stored, storm.room_id)
    assert sorted(stored) == sorted(answered)
    assert len(set(seqs)) == len(seqs)
    assert max(seqs) == await storm.site.database(head_of, storm.room)


def head_of(topic: str) -> int:
    return TopicHead.objects.get(name=topic).seq


def what_is_stored(room_id: int) -> tuple[list[tuple], list[int]]:
    """Return (key, author, id, place) of every text of a room, and all seqs that its topic has given away."""
    texts = Message.objects.filter(room=room_id, kind=Message.Kind.TEXT)
    stored = [(str(key), *others) for key, *others in texts.values_list("key", "author", "id", "posted_seq")]
    room = Room.objects.get(pk=room_id)
    seqs = [*room.messages.values_list("seq", flat=True), *room.memberships.values_list("seq", flat=True), room.seq]
    return stored, seqs
