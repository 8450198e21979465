"""Services that change users: their profile, sign-ins and tokens. Each is one transaction."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from accounts.identity.tokens import digest, make_key
from accounts.models import Token, User
from realtime.engine.publish import end_connections
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

TOKENS_A_PERSON = 20


@transaction.atomic
def update_profile(
    user: User,
    *,
    display_name: str | None = None,
    time_zone: str | None = None,
    language: str | None = None,
    avatar: ContentFile | None = None,
    remove_avatar: bool = False,
) -> None:
    """Change the values that are given. `avatar` is a picture that avatars.draw_avatar made.

    Calls ACCOUNTS_PROFILE_FOLLOWERS, in this transaction, if the name or picture that others see has changed.
    """
    seen_before = (user.name, user.avatar.name)
    if display_name is not None:
        user.display_name = display_name
    if time_zone is not None:
        user.time_zone = time_zone
    if language is not None:
        user.language = language
    if avatar or remove_avatar:
        replace_avatar(user, avatar)
    user.save(update_fields=["display_name", "time_zone", "language", "avatar"])
    if (user.name, user.avatar.name) != seen_before:
        call_profile_followers(user)


def replace_avatar(user: User, avatar: ContentFile | None) -> None:
    old, storage = user.avatar.name, user.avatar.storage
    if old:
        transaction.on_commit(lambda: storage.delete(old), robust=True)
    if avatar:
        user.avatar.save(str(avatar.name), avatar, save=False)
    else:
        user.avatar = ""


def call_profile_followers(user: User) -> None:
    for path in settings.ACCOUNTS_PROFILE_FOLLOWERS:
        import_string(path)(user)


@transaction.atomic
def end_sessions(user: User, *, keep_tokens: bool = False) -> None:
    """Sign a user out everywhere: end all sessions and connections, and revoke all tokens unless `keep_tokens`.

    Calls ACCOUNTS_SIGN_OUT_FOLLOWERS, in this transaction.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    if not keep_tokens:
        user.tokens.all().delete()
    end_connections(user.pk)
    for path in settings.ACCOUNTS_SIGN_OUT_FOLLOWERS:
        import_string(path)(user)


@transaction.atomic
def deactivate(user: User) -> None:
    """Deactivate a user and sign them out; their messages stay.

    Calls ACCOUNTS_PROFILE_FOLLOWERS and ACCOUNTS_SIGN_OUT_FOLLOWERS, in this transaction.
    """
    user.is_active = False
    user.save(update_fields=["is_active"])
    call_profile_followers(user)
    end_sessions(user)


@transaction.atomic
def make_token(user: User, name: str) -> tuple[Token, str]:
    """Return a new token and its key, which is not stored. Raises ValidationError at TOKENS_A_PERSON."""
    User.objects.select_for_update().get(pk=user.pk)
    if user.tokens.count() >= TOKENS_A_PERSON:
        raise ValidationError(
            fill_lazy(
                _("You have %(tokens_a_person)s tokens, the maximum. Revoke one that you don't use first."),
                tokens_a_person=TOKENS_A_PERSON,
            )
        )
    key = make_key()
    return Token.objects.create(user=user, name=name, digest=digest(key)), key


@transaction.atomic
def revoke_token(token: Token) -> None:
    """Delete a token, and close the connections that were opened with it."""
    user_id, token_id = token.user_id, token.pk
    token.delete()
    end_connections(user_id, token_id=token_id)
