"""Every type of event goes to topics of one kind, and no mail about an account says more than it has to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMAILS = ROOT / "templates" / "account" / "email"
APPS = ("accounts", "chat", "notifications", "realtime")
# By type of event: the topics that it is on. Who may subscribe to those is in test_commands.py.
EVENTS = {
    "announcement": {"site"},
    "inbox": {"user"},
    "connections": {"connections"},
    "member": {"room"},
    "message": {"room"},
    "notification": {"user"},
    "presence": {"room"},
    "quiet": {"user"},
    "reaction": {"room"},
    "removed": {"room", "stream"},
    "room": {"room", "user"},
    "subscription": {"user"},
    "typing": {"room"},
    "value": {"stream"},
}
# By mail: what it says of somebody or something. The frame of all is base or base_notification.
SAYS = {
    "account_already_exists": {"email", "password_reset_url"},
    "base": {"SITE_NAME", "request.get_host", "request.scheme", "user.name"},
    "base_notification": {"ip", "request.get_host", "request.scheme", "timestamp", "user_agent"},
    "email_changed": {"from_email", "to_email"},
    "email_confirm": set(),
    "email_confirmation": {"activate_url", "user.username"},
    "email_confirmation_signup": set(),
    "email_deleted": {"deleted_email"},
    "password_changed": set(),
    "password_reset": set(),
    "password_reset_key": {"password_reset_url", "username"},
    "password_set": set(),
    "token_made": {"token.name"},
    "unknown_account": {"email", "signup_url"},
}


def test_every_type_of_event_is_in_the_table():
    types = {type for app in APPS for path in (ROOT / app).rglob("*.py") for type in event_types(path)}
    assert types == EVENTS.keys(), "tests/disclosure/test_tables.py: say on which topics a new type of event is."


def event_types(path: Path) -> Iterator[str]:
    """Find the types that a module writes into events: Event(topic, "type", …), announce(topic, "type", …)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Event", "announce"):
            type = node.args[1] if len(node.args) > 1 else None
            if isinstance(type, ast.Constant) and type.value:
                yield type.value


def test_every_mail_about_an_account_says_what_is_in_the_table():
    said: dict[str, set[str]] = {}
    for path in EMAILS.glob("*.txt"):
        name = re.sub(r"_(message|subject)$", "", path.stem)
        text = path.read_text()
        aliases = dict(re.findall(r"(\w+)=([\w.]+)", " ".join(re.findall(r"{% blocktranslate with .*?%}", text))))
        said.setdefault(name, set()).update(aliases.get(each, each) for each in re.findall(r"{{ ?([\w.]+)", text))
    assert said == SAYS, "tests/disclosure/test_tables.py: say what a mail tells, and see that its reader may know."
