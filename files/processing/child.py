"""The process that processes one file: `python -I -c <START> <root> <output folder> <job>`, with the file as its input.

It may be taken over by the file, so it has nothing that others need: no Django, no settings, no database, no names.
It bounds itself first, writes into its output folder, and ends. What it answers is checked (processes.py).
"""

import errno
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from files.processing.answers import ANSWER, ChildAnswer, ChildJob, ImageRefused
from files.processing.content_types import HEAD_BYTES, find_type, image_format
from files.processing.places import find_places
from files.processing.text_content import read_first_lines
from files.refusal_codes import DAMAGED, TOO_MANY_PIXELS

MEGABYTE = 1_000_000
OPEN_FILES = 16
NICENESS = 10
DISK_FULL = 75  # the exit code for an error that is not the file's: it is tried again


def main() -> None:
    folder, job = Path(sys.argv[2]), msgspec.json.decode(sys.argv[3], type=ChildJob)
    bound_process(job)
    with open(0, "rb", closefd=False) as file:
        answer = answer_for(file, job, folder)
    (folder / ANSWER).write_bytes(msgspec.json.encode(answer))
    sys.stderr.flush()
    os._exit(0)  # freeing what is left takes longer than forgetting it


def bound_process(job: ChildJob) -> None:
    """Set the limits of this process. It cannot raise them again."""
    signal.alarm(job.seconds)  # if the parent was killed; else it is the one that ends this process
    os.nice(NICENESS)
    with suppress(OSError):  # Linux: when memory runs out, this process ends first
        Path("/proc/self/oom_score_adj").write_text("1000")
    limits = {
        resource.RLIMIT_CPU: job.cpu_seconds,
        resource.RLIMIT_AS: job.megabytes * MEGABYTE,
        resource.RLIMIT_FSIZE: job.result_megabytes * MEGABYTE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        set_limit(kind, most)


def forbid_processes(format: str | None) -> None:
    """Forbid processes and threads, which have one limit. HEIC's decoder always starts a thread, and needs it."""
    if format != "HEIF":
        set_limit(resource.RLIMIT_NPROC, 0)


def set_limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # macOS does not know all of them
        resource.setrlimit(kind, (soft, soft))


def answer_for(file: BinaryIO, job: ChildJob, folder: Path) -> ChildAnswer:
    head = file.read(HEAD_BYTES)
    format = image_format(head, job.ending)
    forbid_processes(format)
    if format is not None:
        answer = answer_for_image(file, head, format, job, folder)
        if answer is not None:
            return answer
    if found := find_type(file, head):
        blanks, freed = find_places(file, found.content_type)
        return ChildAnswer(kind=found.kind, content_type=found.content_type, blanks=blanks, freed=freed)  # type: ignore[arg-type]
    if head and (lines := read_first_lines(file, head)) is not None:
        return ChildAnswer(kind="text", content_type="text/plain", first_lines=lines)
    return ChildAnswer()


def answer_for_image(file: BinaryIO, head: bytes, format: str, job: ChildJob, folder: Path) -> ChildAnswer | None:
    from PIL import Image  # as late as this: other files need none of it

    from files.processing.images import process_image

    Image.MAX_IMAGE_PIXELS = None  # checked before anything is decoded
    try:
        return process_image(file, head, format, folder, job.megapixels)
    except ImageRefused as refused:
        return ChildAnswer(refusal=refused.code)
    except MemoryError:
        return ChildAnswer(refusal=TOO_MANY_PIXELS)
    except Exception as error:
        # The decoders raise nearly any exception for a file that was made to break them.
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT):
            sys.exit(DISK_FULL)
        print(repr(error), file=sys.stderr)
        return ChildAnswer(refusal=TOO_MANY_PIXELS if number == errno.EFBIG else DAMAGED)
