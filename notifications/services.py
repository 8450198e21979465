"""The services that other apps call to change notifications.

Each runs in the caller's transaction or opens its own, and publishes after the commit. Call them from any thread that
may block on the database; from an event loop use `anotify`.
"""

from notifications.erasure import erase_own, erase_user, rewrite_titles
from notifications.inbox.new_notifications import NotificationDraft, anotify, notify, notify_each
from notifications.inbox.retraction import find_notified, retract_from, retract_group, retract_keys
from notifications.inbox.state_changes import (
    archive,
    mark_all_read,
    mark_groups_read,
    mark_read,
    restore,
    retract,
    rewrite,
    snooze,
    wake,
)
from notifications.rules.keyword_groups import GroupListeners, enter_group, group_listeners, leave_group
from notifications.rules.preferences import Level, Wishes, save_preferences, set_do_not_disturb, set_levels

__all__ = [
    "GroupListeners",
    "Level",
    "NotificationDraft",
    "Wishes",
    "anotify",
    "archive",
    "enter_group",
    "erase_own",
    "erase_user",
    "find_notified",
    "group_listeners",
    "leave_group",
    "mark_all_read",
    "mark_groups_read",
    "mark_read",
    "notify",
    "notify_each",
    "restore",
    "retract",
    "retract_from",
    "retract_group",
    "retract_keys",
    "rewrite",
    "rewrite_titles",
    "save_preferences",
    "set_do_not_disturb",
    "set_levels",
    "snooze",
    "wake",
]
