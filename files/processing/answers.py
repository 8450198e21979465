"""What the process that processes a file is asked, and what it answers. Neither side needs Django for it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

type ImageRefusal = Literal["damaged", "too_many_pixels", "takes_too_long"]

ANSWER = "answer.json"  # in the output folder, beside the parts
IMAGE_PARTS = ("original", "small", "large")
ANSWER_BYTES = 1024 * 1024
LINES, LINES_CHARACTERS = 10, 1_000

MOST_BLANKS = 20_000
MOST_SIDE = 65_535
Side = Annotated[int, Meta(ge=1, le=MOST_SIDE)]
Offset = Annotated[int, Meta(ge=0, le=2**62)]


class ChildJob(Struct):
    """`ending`: of the file's name, in lower case. The others are the bounds of the process."""

    ending: str
    megabytes: int
    cpu_seconds: int
    seconds: int
    megapixels: int
    result_megabytes: int


class ChildAnswer(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What was found, or why the file is refused.

    `ending` and `source_type`: of an image, that of the stored format, and what it was before. The next five are known
    to pages. `blanks` and `freed`: what of the file is to be overwritten, as in overwrites.py.
    """

    refusal: Literal["", "damaged", "too_many_pixels", "takes_too_long"] = ""
    kind: Literal["image", "audio", "video", "text", "other"] = "other"
    content_type: Annotated[str, Meta(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+\Z")] = "application/octet-stream"
    ending: Literal["", ".jpg", ".png", ".webp"] = ""
    source_type: Annotated[str, Meta(max_length=20, pattern=r"^(?:image/[a-z]+)?\Z")] = ""
    width: Side | None = None
    height: Side | None = None
    is_animated: bool = False
    thumbhash: Annotated[str, Meta(max_length=40, pattern=r"^[A-Za-z0-9+/]*={0,2}\Z")] = ""
    first_lines: Annotated[str, Meta(max_length=LINES_CHARACTERS)] = ""
    blanks: Annotated[list[tuple[Offset, Offset]], Meta(max_length=MOST_BLANKS)] = []
    freed: Annotated[list[Offset], Meta(max_length=MOST_BLANKS)] = []


class ImageRefused(Exception):
    """The file cannot be processed; `code` says why."""

    def __init__(self, code: ImageRefusal) -> None:
        super().__init__(code)
        self.code = code
