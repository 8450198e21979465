"""The checks of typed text before it is stored: one kind of line end, no control characters, no reordered text."""

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


def clean_text(text: str, *, may_be_empty: bool = False) -> str:
    """Return a message as it is stored; its indentation stays. Raises Invalid with a sentence for its author."""
    text = BLANK_LINES.sub("", without_bidi_tricks(LINE_ENDS.sub("\n", text)).rstrip())
    if not is_visible(text) and not NO_TEXT.search(text):
        if may_be_empty:
            return ""
        raise Invalid(_("Your message is empty."))
    if len(text) > limits.MESSAGE_CHARACTERS:
        raise Invalid(
            fill_lazy(
                _("Your message has %(length)s characters. The limit is %(most)s."),
                most=f"{limits.MESSAGE_CHARACTERS:,}",
                length=f"{len(text):,}",
            )
        )
    if NO_TEXT.search(text):
        raise Invalid(_("Your message contains a control character. Remove it and send the message again."))
    return text


def one_line(text: str) -> str:
    """Return a name or a topic on one line, with single spaces. Raises Invalid."""
    text = " ".join(without_bidi_tricks(LINE_ENDS.sub("\n", text)).split())
    if NO_TEXT.search(text):
        raise Invalid(_("The text contains a control character. Remove it and try again."))
    return text


def without_bidi_tricks(text: str) -> str:
    """Remove characters that show a text in another order than it is stored.

    Embeddings and overrides are removed: Unicode itself recommends isolates instead. Isolates stay in a line that
    closes all that it opens. Marks (LRM, RLM, ALM) stay: Arabic and Hebrew texts need them.
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
