"""What a page says of itself in its head: title, description, the name of its site, and an image.

Python's html.parser is not used: 128 KiB of "<a <a <a" take it minutes, and these pages are chosen by users. This
scanner finds only `<meta>` and `<title>`, reads each character once, and gives up where browsers would guess.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from accounts.names.validators import BLANKS, is_visible

TITLE_CHARACTERS, DESCRIPTION_CHARACTERS, SITE_CHARACTERS = 150, 300, 60
CHARACTERS_CLEANED = 4_000  # of one text, before it is cut
MOST_TAGS, MOST_ATTRIBUTES = 500, 20
ADDRESS_CHARACTERS = 2_000

# The first letter by itself makes a search through a million of "<" ten times faster.
TAG = re.compile(
    r"<(?=[!/mtsnbhMTSNBH])(?:(!--)|(/?(?i:meta|title|script|style|noscript|template|svg|body|head)(?=[\s/>])))"
)
ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=<"']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'=<]++)))?""",
)
TAG_END = re.compile(r"[\s/]*+>")
# Whatever is in these is no part of the page's own head.
SKIPPED = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in
           ("title", "script", "style", "noscript", "template", "svg")}  # fmt: skip
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_-]{1,30})""", re.IGNORECASE)
# Encodings of the web. Python has others (punycode) that take very long for a hostile text.
CHARSET = re.compile(
    r"utf-?8|utf-16(?:le|be)?|us-ascii|iso-?8859-\d{1,2}|latin1|windows-\d{3,4}|koi8-[ru]|gbk|gb2312|gb18030|big5"
    r"|euc-(?:jp|kr)|shift[_-]jis|sjis|iso-2022-jp|tis-620",
    re.IGNORECASE,
)
JOINERS = "\u200c\u200d"  # Persian, Indic and emoji need them.
HOST_LIKE = re.compile(r"[\w-]+(?:\.[\w-]+)+")


class PageFacts(NamedTuple):
    """What a page says of itself, cleaned. `image`: the address of an image, or empty."""

    title: str
    description: str = ""
    site: str = ""
    image: str = ""


def read_page(body: bytes, content_type: str, url: str, host: str) -> PageFacts | None:
    """Return what an HTML page says of itself; None without a title. `host`: that of the link, as it is shown."""
    found = read_values(decode_page(body, content_type))
    title = clean_line(found.get("og:title") or found.get("twitter:title") or found.get("title", ""), TITLE_CHARACTERS)
    if not is_visible(title):
        return None
    description = found.get("og:description") or found.get("twitter:description") or found.get("description", "")
    names = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src")
    image = next((found[name] for name in names if found.get(name)), "")
    return PageFacts(
        title,
        clean_line(description, DESCRIPTION_CHARACTERS),
        clean_site(found.get("og:site_name", ""), host),
        image_address(url, image),
    )


def decode_page(body: bytes, content_type: str) -> str:
    named = re.search(r"charset\s{0,9}=\s{0,9}\"?([\w-]{1,30})", content_type, re.IGNORECASE)
    in_page = META_CHARSET.search(body, 0, 1024)
    charset = named[1] if named else in_page[1].decode() if in_page else "utf-8"
    if not CHARSET.fullmatch(charset):
        charset = "utf-8"
    if charset.lower() in ("iso-8859-1", "us-ascii", "latin1"):
        charset = "windows-1252"  # which is what browsers read under these names
    try:
        return body.decode(charset, "replace").removeprefix("\ufeff")
    except LookupError:
        return body.decode("utf-8", "replace").removeprefix("\ufeff")


def read_values(text: str) -> Mapping[str, str]:
    """Return the first value of each `<meta>` by its name in lower case, and the `<title>`, as typed."""
    found: dict[str, str] = {}
    for name, value in find_values(text):
        if value.strip():
            found.setdefault(name, unescape(value[:CHARACTERS_CLEANED]))
    return found


def find_values(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    for _ in range(MOST_TAGS):
        tag = TAG.search(text, place)
        if tag is None:
            return
        name = (tag[2] or "").lower()
        if name in ("body", "/head"):
            return
        if tag[1]:
            place = text.find("-->", tag.end()) + 3
            if place < 3:
                return
            continue
        attributes, place = read_attributes(text, tag.end())
        if name == "meta":
            key = attributes.get("property") or attributes.get("name") or ""
            yield key.strip().lower(), attributes.get("content", "")
        elif name in SKIPPED:
            end = SKIPPED[name].search(text, place)
            if end is None:
                return
            if name == "title":
                yield "title", text[place : end.start()]
            place = end.end()


def read_attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag, and the place after it, or after what can be read of it."""
    found: dict[str, str] = {}
    for _ in range(MOST_ATTRIBUTES):
        if end := TAG_END.match(text, place):
            return found, end.end()
        attribute = ATTRIBUTE.match(text, place)
        if attribute is None:
            break
        values = [value for value in attribute.groups()[1:] if value is not None]
        found.setdefault(attribute[1].lower(), values[0] if values else "")
        place = attribute.end()
    return found, place


def clean_line(text: str, most: int) -> str:
    """Return a text on one line, cut, without control, direction and invisible characters: it shows what it says."""
    text = unicodedata.normalize("NFC", text[:CHARACTERS_CLEANED])
    kept = "".join(" " if character.isspace() else character for character in text if is_shown(character))
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def is_shown(character: str) -> bool:
    if character.isspace() or character in JOINERS:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character not in BLANKS


def clean_site(text: str, host: str) -> str:
    """Return the name of a site; "" if it looks like a host that is not the link's own."""
    name = clean_line(text, SITE_CHARACTERS)
    if not is_visible(name):
        return ""
    for named in HOST_LIKE.findall(unicodedata.normalize("NFKC", name).lower()):
        short = named.removeprefix("www.")
        if host != short and not host.endswith(f".{short}"):
            return ""
    return name


def image_address(url: str, image: str) -> str:
    """Return the whole address of an image, or "" if it cannot be fetched."""
    try:
        address = urljoin(url, image.strip()) if image.strip() else ""
        is_fetchable = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return ""
    return address if is_fetchable and len(address) <= ADDRESS_CHARACTERS else ""
