"""What people type, before it is kept: one kind of line end, nothing that cannot be seen or lies about order."""

import re

from accounts.names.validators import is_visible
from chat.conf import limits
from realtime.shared.errors import Invalid
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Control characters, and halves of a surrogate pair, which no UTF-8 can carry.
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
EMBEDDINGS = re.compile("[\u202a-\u202e]")
ISOLATES = re.compile("[\u2066-\u2069]")
BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
ISOLATE_END = "\u2069"


def clean_text(text: str) -> str:
    """Return a message as it is kept, indented as it is. Raises Invalid, with a sentence for who typed it."""
    text = BLANK_LINES.sub("", without_bidi_tricks(LINE_ENDS.sub("\n", text)).rstrip())
    if not is_visible(text) and not NO_TEXT.search(text):
        raise Invalid(_("There is nothing in this message."))
    if len(text) > limits.MESSAGE_CHARACTERS:
        raise Invalid(
            fill_lazy(
                _("A message has at most %(most)s characters; this one has %(length)s."),
                most=f"{limits.MESSAGE_CHARACTERS:,}",
                length=f"{len(text):,}",
            )
        )
    if NO_TEXT.search(text):
        raise Invalid(_("There is a control character in this message; remove it and send it again."))
    return text


def one_line(text: str) -> str:
    """Return a name or a topic on one line, spaces joined. Raises Invalid."""
    text = " ".join(without_bidi_tricks(LINE_ENDS.sub("\n", text)).split())
    if NO_TEXT.search(text):
        raise Invalid(_("There is a control character in it; remove it."))
    return text


def without_bidi_tricks(text: str) -> str:
    """Remove what makes text read in another order than it is stored.

    Embeddings and overrides go: Unicode itself advises isolates in their place. Isolates stay on a line that
    closes all it opens. Marks (LRM, RLM, ALM) stay: people who write Arabic or Hebrew need them.
    """
    if text.isascii():
        return text
    text = EMBEDDINGS.sub("", text)
    if not ISOLATES.search(text):
        return text
    return "\n".join(line if _is_balanced(line) else ISOLATES.sub("", line) for line in text.split("\n"))


def _is_balanced(line: str) -> bool:
    depth = 0
    for mark in ISOLATES.findall(line):
        depth += -1 if mark == ISOLATE_END else 1
        if depth < 0:
            return False
    return depth == 0
