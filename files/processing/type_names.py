"""The content type under which a download is known. Its content limits what its name may say."""

from mimetypes import guess_type

from files.names import ending_of

# These can run scripts in a browser, or pretend to be of this site. They are plain text, even in a download.
ACTIVE_ENDINGS = (".htm", ".html", ".xhtml", ".xht", ".shtml", ".svg", ".svgz", ".xml", ".xsl", ".xslt", ".js", ".mjs")
ZIP_TYPES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
OTHER_ZIPS = {"application/epub+zip", "application/java-archive", "application/vnd.android.package-archive"}
PLAYED = ("audio/", "video/", "image/", "text/")
# Their content says what they are, so that a name alone does not make anything one of them.
BY_CONTENT = ("application/pdf", "application/zip", "application/gzip", *ZIP_TYPES, *OTHER_ZIPS)


def name_type(kind: str, content_type: str, name: str) -> str:
    """Return the content type of a file that is stored as it was uploaded."""
    ending = ending_of(name)
    guess = guess_type(f"a{ending}")[0] or ""
    if kind == "text":
        is_text = guess.startswith("text/") or guess in ("application/json", "application/toml", "application/yaml")
        return guess if is_text and ending not in ACTIVE_ENDINGS else content_type
    if content_type == "application/zip" and (guess.startswith(ZIP_TYPES) or guess in OTHER_ZIPS):
        return guess
    if content_type == "application/octet-stream" and guess and not guess.startswith((*PLAYED, *BY_CONTENT)):
        return guess
    return content_type
