"""The processing of one file in a process of its own, which a hostile file can end or take over without harm to others.

The process has limits on memory, time, files and processes (child.py). Its answer is not believed before it is checked.
"""

import errno
import logging
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from files.conf import limits
from files.names import ending_of, replace_ending
from files.outcomes import Outcome
from files.partial_files import folder_of
from files.processing.answers import ANSWER, ANSWER_BYTES, IMAGE_PARTS, ChildAnswer, ChildJob
from files.processing.media_facts import check_media_facts
from files.processing.overwrites import overwrite
from files.processing.scanner import scan
from files.processing.type_names import name_type
from files.refusal_codes import DAMAGED, TAKES_TOO_LONG

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from files.processing.child import main; main()"
# -I: neither the environment nor the folder in which the server runs adds modules.
COMMAND = [sys.executable, "-I", "-X", "utf8", "-c", START, str(ROOT)]
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
ERRORS = "errors.txt"
ERRORS_LOGGED = 2_000
# How the process ends at its limit of processor time, at its own limit of time, and at ours.
TIME_SIGNALS = (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)

# What kinds of files may be called. All others are downloads.
IMAGE_TYPES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class ProcessingFailed(Exception):
    """The process failed for a reason that is not the file's. It is tried again."""


def process(path: Path, name: str, declared_type: str, facts: Mapping[str, Any]) -> Outcome:
    """Return what becomes of an uploaded file. It blocks for as long as HUBBUB_PROCESSING_SECONDS.

    The content decides about the type; what the browser declared is ignored. Raises Postponed while the virus
    scanner does not answer, ProcessingFailed, and OSError where no process can be started.
    """
    if refusal := scan(path):
        return Outcome(refusal=refusal)
    folder = make_folder(path)
    try:
        answer = run_child(path, folder, ending_of(name))
        overwrite_places(path, answer)
        outcome = make_outcome(answer, path, folder, name, facts)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if outcome.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


def make_folder(path: Path) -> Path:
    """Make an empty folder beside the upload, on the same disk; one that a killed server left is emptied."""
    folder = folder_of(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def run_child(path: Path, folder: Path, ending: str) -> ChildAnswer:
    """Run the process for one file, and return its checked answer."""
    job = ChildJob(
        ending=ending,
        megabytes=limits.PROCESSING_MEGABYTES,
        cpu_seconds=limits.PROCESSING_CPU_SECONDS,
        seconds=limits.PROCESSING_SECONDS + 1,
        megapixels=limits.IMAGE_MEGAPIXELS,
        result_megabytes=limits.PROCESSING_RESULT_MEGABYTES,
    )
    with path.open("rb") as file, (folder / ERRORS).open("xb") as errors:
        process = subprocess.Popen(  # noqa: S603 all arguments are ours
            [*COMMAND, str(folder), msgspec.json.encode(job).decode()],
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=folder,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        code = wait(process)
    if code == 0:
        return read_answer(folder)
    if -code in TIME_SIGNALS:
        return ChildAnswer(refusal=TAKES_TOO_LONG)
    if code < 0:
        logger.info("A decoder crashed with signal %s", -code)
        return ChildAnswer(refusal=DAMAGED)
    with (folder / ERRORS).open(errors="replace") as text:
        raise ProcessingFailed(f"The process ended with {code}: {text.read(ERRORS_LOGGED)}")


def wait(process: subprocess.Popen) -> int:
    """Wait for the end of the process, and kill it and its group when its time is over. Return its exit code."""
    try:
        wait_for_end(process, limits.PROCESSING_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def wait_for_end(process: subprocess.Popen, seconds: float) -> None:
    """Wait at most some seconds. Popen.wait(timeout) looks only every 50 ms."""
    if not hasattr(os, "pidfd_open"):  # macOS
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(seconds * 1000)
    finally:
        os.close(descriptor)


def read_answer(folder: Path) -> ChildAnswer:
    """Return the answer of a process that may have been taken over. Raises ProcessingFailed if it is none of ours."""
    try:
        answer = msgspec.json.decode(read_regular_file(folder / ANSWER, ANSWER_BYTES), type=ChildAnswer)
        check_answer(answer, folder)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ProcessingFailed(f"The process gave no valid answer: {error}") from error
    return answer


def check_answer(answer: ChildAnswer, folder: Path) -> None:
    """Raise ValueError for an answer that contradicts itself, or for an image whose parts are not plain files."""
    if answer.refusal:
        return
    if not is_consistent(answer):
        raise ValueError(f"{answer} contradicts itself")
    for part in IMAGE_PARTS if answer.kind == "image" else ():
        found = (folder / part).lstat()
        # No link to a file of somebody else, which would then be shown.
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or not found.st_size:
            raise ValueError(f"{part} is not a plain file")


def is_consistent(answer: ChildAnswer) -> bool:
    if answer.kind == "image":
        return IMAGE_TYPES.get(answer.content_type) == answer.ending and None not in (answer.width, answer.height)
    prefix = {"audio": "audio/", "video": "video/", "text": "text/plain"}.get(answer.kind, "application/")
    return answer.content_type.startswith(prefix)


def overwrite_places(path: Path, answer: ChildAnswer) -> None:
    try:
        overwrite(path, answer)
    except ValueError as error:
        raise ProcessingFailed(f"The process gave no valid answer: {error}") from error


def read_regular_file(path: Path, most: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 by its descriptor
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise OSError(errno.EINVAL, "not a small plain file")
        return file.read(most)


def make_outcome(answer: ChildAnswer, path: Path, folder: Path, name: str, facts: Mapping[str, Any]) -> Outcome:
    if answer.refusal:
        return Outcome(refusal=answer.refusal)
    if answer.kind == "image":
        return Outcome(
            kind="image",
            content_type=answer.content_type,
            source_type=answer.source_type,
            name=replace_ending(name, answer.content_type, answer.ending),
            facts=image_facts(answer),
            parts={part: folder / part for part in IMAGE_PARTS},
            folder=folder,
        )
    return Outcome(
        kind=answer.kind,
        content_type=name_type(answer.kind, answer.content_type, name),
        facts={"first_lines": answer.first_lines} if answer.first_lines else check_media_facts(answer.kind, facts),
        parts={"original": path},
    )


def image_facts(answer: ChildAnswer) -> dict[str, Any]:
    """Return the facts of an image. Its thumbnails do not move, also if the original does (`is_animated`)."""
    facts = {"width": answer.width, "height": answer.height, "thumbhash": answer.thumbhash}
    return facts | ({"is_animated": True} if answer.is_animated else {})
