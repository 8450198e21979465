"""Anyone who opens an invitation link can join its rooms, as long as its creator may invite people to them."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import services
from chat.models import InvitationLink
from chat.services.invitation_links import LINKS_OF_MEMBER, ROOMS_OF_LINK, delete_old_links
from realtime.shared.errors import Forbidden, Invalid, NotFound
from tests.chat.pages import person, role, room_of, visit, words
from tests.chat.talk import kinds, lines, roles

pytestmark = pytest.mark.django_db

ACCOUNT = {"username": "mary", "password1": "a long passphrase", "password2": "a long passphrase"}


@pytest.fixture
def office(ada, bob):
    """A private room of Ada with Bob."""
    return room_of(ada, bob, kind="private", name="office", topic="Where we work")


@pytest.fixture
def eve(db):
    return person("eve")


def link_of(by, *rooms, **terms) -> InvitationLink:
    return services.create_invitation_link(by, rooms, **terms)


def path(link: InvitationLink) -> str:
    return f"/invitations/{link.key}/"


def test_a_link_says_who_invites_to_what_and_lets_one_join(bob, eve, office, published):
    page = visit(eve).get(path(link := link_of(bob, office)))
    assert f"<bdi>{bob.name}</bdi> invites you to" in page.text
    assert "office" in page.text
    assert "Where we work" in page.text
    assert "eve" not in roles(office)
    published.clear()
    assert visit(eve).post(path(link)).url == f"/rooms/{office.pk}/"
    assert roles(office)["eve"] == "member"
    assert lines(office)[-1] == "eve joined the room"
    assert kinds(published)[:2] == [f"room.{office.pk} message", f"room.{office.pk} member"]


def test_one_form_makes_the_account_and_joins_all_rooms(ada, office, settings):
    settings.SIGNUP_OPEN = True
    lounge = room_of(ada, name="lounge")
    link = link_of(ada, lounge, office, most_uses=1)
    browser = Client()
    assert "Create account and join" in browser.get(path(link)).text
    assert browser.post(path(link), ACCOUNT).url == f"/rooms/{office.pk}/"
    assert roles(office)["mary"] == roles(lounge)["mary"] == "member"
    assert browser.get(f"/rooms/{office.pk}/").status_code == 200
    assert Client().get(path(link)).status_code == 404  # used up


def test_a_refused_form_uses_nothing(ada, bob, office):
    link = link_of(ada, office, most_uses=1)
    response = Client().post(path(link), ACCOUNT | {"username": bob.username})
    assert "Create account and join" in response.text
    link.refresh_from_db()
    assert link.uses == 0


def test_without_sign_up_only_some_may_invite_newcomers(ada, bob, office, settings):
    settings.SIGNUP_OPEN = False
    page = Client().get(path(link_of(bob, office)))
    assert "for people who have an account" in page.text
    assert f"/accounts/login/?next={path(InvitationLink.objects.get())}" in page.text
    Client().post(path(InvitationLink.objects.get()), ACCOUNT)
    assert not get_user_model().objects.filter(username="mary").exists()
    ada.user_permissions.add(Permission.objects.get(codename="invite_newcomers"))
    assert Client().post(path(link_of(ada, office)), ACCOUNT).url == f"/rooms/{office.pk}/"
    assert roles(office)["mary"] == "member"


@pytest.mark.parametrize("end", ["expired", "used up", "revoked", "removed", "deactivated", "archived", "made up"])
def test_a_link_that_no_longer_works_shows_nothing(ada, bob, eve, office, end):
    link = link_of(bob, office, most_uses=1, expires_at=timezone.now() + timedelta(days=1))
    ends = {
        "expired": lambda: InvitationLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        "used up": lambda: services.join_by_link(link, person("tim")),
        "revoked": lambda: services.revoke_invitation_link(link, office, ada),
        "removed": lambda: services.remove_member(office, ada, bob),
        "deactivated": lambda: get_user_model().objects.filter(pk=bob.pk).update(is_active=False),
        "archived": lambda: services.archive(office, ada),
        "made up": lambda: setattr(link, "key", "made-up"),
    }
    ends[end]()
    for browser, method in ((Client(), "get"), (visit(eve), "get"), (visit(eve), "post"), (Client(), "post")):
        response = getattr(browser, method)(path(link), ACCOUNT)
        assert response.status_code == 404
        assert "Ask the person who sent it for a new one." in response.text
        assert "office" not in response.text
    assert "eve" not in roles(office)
    assert not get_user_model().objects.filter(username="mary").exists()


def test_who_was_removed_does_not_return_by_a_link(ada, bob, eve, office):
    link = link_of(ada, office)
    services.join_by_link(link, eve)
    services.remove_member(office, ada, eve)
    response = visit(eve).post(path(link))
    assert response.status_code == 403
    assert "Ask someone in it to add you again." in response.text
    assert "eve" not in roles(office)
    lounge = room_of(ada, eve, name="lounge")
    services.leave(lounge, eve)
    services.join_by_link(link_of(ada, lounge, office), eve)
    assert "eve" in roles(lounge)
    assert "eve" not in roles(office)


def test_members_use_nothing_and_keep_their_role(ada, bob, office, published):
    role(office, bob, "moderator")
    link = link_of(ada, office, most_uses=1)
    published.clear()
    assert visit(bob).post(path(link)).url == f"/rooms/{office.pk}/"
    assert published == []
    assert roles(office)["bob"] == "moderator"
    link.refresh_from_db()
    assert link.uses == 0


def test_the_last_use_is_taken_once(ada, eve, office):
    link = link_of(ada, office, most_uses=1)
    services.take_use(link)
    with pytest.raises(NotFound):
        services.take_use(link)
    with pytest.raises(NotFound):
        services.join_by_link(link, eve)
    assert "eve" not in roles(office)
    services.return_use(link)
    services.join_by_link(link, eve)


def test_only_owners_make_moderators_by_a_link_and_only_while_they_own(ada, bob, eve, office):
    with pytest.raises(Forbidden):
        link_of(bob, office, role="moderator")
    with pytest.raises(Invalid):
        link_of(ada, office, role="owner")
    link = link_of(ada, office, role="moderator")
    services.join_by_link(link, eve)
    assert roles(office)["eve"] == "moderator"
    services.set_role(office, ada, bob, "owner")
    services.set_role(office, bob, ada, "member")
    with pytest.raises(NotFound):
        services.join_by_link(link, person("tim"))


def test_links_and_their_rooms_are_bounded(ada, eve, office):
    with pytest.raises(NotFound):
        link_of(eve, office)
    with pytest.raises(Invalid):
        link_of(ada, *[office] * (ROOMS_OF_LINK + 1))
    for _ in range(LINKS_OF_MEMBER):
        link_of(ada, office)
    with pytest.raises(Invalid, match="Revoke one first"):
        link_of(ada, office)
    services.invite(office, ada, [eve])
    assert link_of(eve, office)


def test_the_page_creates_and_revokes(ada, bob, office, settings):
    settings.ACCOUNTS_BY_EMAIL = True
    settings.ACCOUNTS_EMAIL_LATER = False
    lounge = room_of(bob, name="lounge")
    page = f"/rooms/{office.pk}/invitation-links/"
    sent = {"days": "7", "most_uses": "10", "rooms": [lounge.pk], "emails": "a@example.org, b@example.org"}
    response = visit(bob).post(page, sent, follow=True)
    link = InvitationLink.objects.get()
    assert words(response) == [
        "The link is ready. Copy it, and send it to the people you invite.",
        "It is sent to 2 addresses.",
    ]
    assert f"http://testserver{path(link)}" in response.text
    assert "Used 0 of 10 times." in response.text
    assert [message.to for message in mail.outbox] == [["a@example.org"], ["b@example.org"]]
    assert path(link) in mail.outbox[0].body
    assert "office" in mail.outbox[0].body
    code = visit(bob).get(f"{page}{link.pk}/code.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<?xml")
    # Ada owns the room, so she sees that it is there, but neither its address nor what else it opens.
    shown = visit(ada).get(page).text
    assert f"/invitation-links/{link.pk}/revoke/" in shown
    assert link.key not in shown
    assert "lounge" not in shown
    assert visit(ada).get(f"{page}{link.pk}/code.svg").status_code == 404
    tim = person("tim")
    services.invite(office, ada, [tim])
    assert f"/invitation-links/{link.pk}/" not in visit(tim).get(page).text
    visit(tim).post(f"{page}{link.pk}/revoke/")
    assert visit(tim).get(f"{page}{link.pk}/code.svg").status_code == 404
    assert InvitationLink.objects.count() == 1
    visit(ada).post(f"{page}{link.pk}/revoke/")
    assert list(link.rooms.all()) == [lounge]  # of which Ada is no member
    visit(bob).post(f"/rooms/{lounge.pk}/invitation-links/{link.pk}/revoke/")
    assert InvitationLink.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"days": "999"}, "Select a valid choice."),
        ({"emails": "nobody"}, "“nobody” is not an email address."),
        ({"emails": " ".join(f"p{n}@example.org" for n in range(21))}, "At most 20 addresses at once."),
        ({"rooms": ["987654321"]}, "You can&#x27;t invite people to one of these rooms."),
    ],
)
def test_a_wrong_form_says_what_to_do(ada, office, settings, wrong, sentence):
    settings.ACCOUNTS_BY_EMAIL = True
    response = visit(ada).post(f"/rooms/{office.pk}/invitation-links/", {"days": "7"} | wrong)
    assert response.status_code == 422
    assert sentence in response.text
    assert not InvitationLink.objects.exists()


def test_who_lost_a_role_does_not_get_it_back_by_a_link(ada, eve):
    lounge = room_of(ada, eve, name="lounge")
    services.leave(lounge, eve)
    services.join_by_link(link_of(ada, lounge, role="moderator"), eve)
    assert roles(lounge)["eve"] == "member"


def test_the_page_takes_as_many_queries_for_many_links(ada, office, django_assert_num_queries):
    browser, page = visit(ada), f"/rooms/{office.pk}/invitation-links/"
    link_of(ada, office)
    browser.get(page)
    with CaptureQueriesContext(connection) as one:
        browser.get(page)
    for _ in range(9):
        link_of(ada, office)
    with django_assert_num_queries(len(one)):
        browser.get(page)


def test_old_links_are_deleted(ada, office):
    kept = link_of(ada, office)
    link_of(ada, office, most_uses=1)
    InvitationLink.objects.filter(most_uses=1).update(uses=1, created_at=timezone.now() - timedelta(days=2))
    link_of(ada, office, expires_at=timezone.now() - timedelta(seconds=1))
    delete_old_links()
    assert list(InvitationLink.objects.all()) == [kept]
