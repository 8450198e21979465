"""More rooms than a connection may subscribe to."""

import pytest
from playwright.async_api import expect

from tests.browser.past import join, make_rooms, post, texts
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The user's own topic, the announcements, and three rooms.
few_topics = pytest.mark.parametrize("site", [{"environment": {"HUBBUB_TOPICS_PER_CONNECTION": "5"}}], indirect=True)


def make_more_rooms(owner_id: int, member_id: int, count: int) -> list[int]:
    from django.contrib.auth import get_user_model

    from chat import services

    owner = get_user_model().objects.get(pk=owner_id)
    rooms = [services.create_room(owner, kind="public", name=f"more {number}").pk for number in range(count)]
    join(member_id, *rooms)
    return rooms


@few_topics
async def test_rooms_beyond_the_limit_say_so_and_others_work(people, site):
    ada, bob = await people("ada"), await people("bob")
    general, random = await site.database(make_rooms, ada.id, bob.id)
    more = await site.database(make_more_rooms, ada.id, bob.id, 4)
    for room in (*more[1:], random):
        await site.database(post, room, ada.id, "lately")
    his = await open_room(bob, general)
    paused = his.page.locator("a.room", has_text="not live")
    await expect(paused).to_have_count(3)
    await expect(his.room("general")).not_to_contain_text("not live")
    await expect(his.room("random")).not_to_contain_text("not live")
    await his.sends("here it goes on")
    await his.goes_to("more 0")
    await expect(his.room("more 0")).not_to_contain_text("not live")
    await expect(paused).to_have_count(3)
    await his.sends("and here, too")
    await site.database(post, more[0], ada.id, "heard at once")
    await his.sees("heard at once")
    await his.goes_to("general")
    await his.sends("and there again")
    assert await site.database(texts, general) == ["here it goes on", "and there again"]
    assert await site.database(texts, more[0]) == ["and here, too", "heard at once"]
