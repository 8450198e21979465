import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import errors as chat_errors
from chat.conf import limits as chat_limits
from realtime.conf import limits
from realtime.engine import protocol
from realtime.engine.protocol import Command, InvalidLine, decode_data, decode_frame, pack
from realtime.shared import errors

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text()
HTTP_ONLY = {"signed_out", "unauthorized", "method_not_allowed"}
EXAMPLES = [line for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


def decode(text, limit=limits.FRAME_IN_BYTES):
    (line,) = decode_frame(text, limit)
    return line


def refusal(text, **how):
    line = decode(text, **how)
    assert isinstance(line, InvalidLine), line
    return line.error.code, line.ref


def test_the_page_has_examples():
    assert len(EXAMPLES) > 12


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_page_is_a_frame_of_ours(line):
    frame = json.loads(line)
    if "type" in frame and "ref" in frame:
        assert isinstance(decode(line), Command)
    else:
        assert frame.keys() & {"ok", "error"} or frame["type"] in PAGE


def test_the_page_lists_just_the_errors_there_are():
    listed = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", PAGE.split("## 5.")[1].split("## 6.")[0], re.MULTILINE))
    assert listed.keys().isdisjoint(HTTP_ONLY)
    # Those of uploads are in docs/files.md.
    found = [kind for kind in errors.CommandError.__subclasses__() if kind.__module__ != "files.errors"]
    kinds = [kind for kind in found if kind.code not in HTTP_ONLY]
    assert chat_errors.Archived in kinds
    assert listed == {kind.code: "yes" if kind.retry else "no" for kind in kinds}


def test_the_page_lists_just_the_close_codes_there_are():
    listed = {int(code) for code in re.findall(r"^\| (4\d\d\d) \|", PAGE, re.MULTILINE)}
    ours = {value for name, value in vars(protocol).items() if name.isupper() and isinstance(value, int)}
    assert listed == {code for code in ours if 4000 <= code < 5000}


def test_a_frame_holds_several_commands_one_a_line():
    text = '{"ref":1,"type":"ping"}\n{"ref":2,"type":"ping"}'
    assert [command.ref for command in decode_frame(text, 1000)] == [1, 2]


def test_data_may_be_left_out():
    assert bytes(decode('{"ref":1,"type":"ping"}').data) == b"{}"


@pytest.mark.parametrize(
    "text, code, ref",
    [
        ("", "bad_frame", None),
        ("hello", "bad_frame", None),
        ("[]", "bad_frame", None),
        ('"text"', "bad_frame", None),
        ('{"type":"ping"}', "bad_frame", None),
        ('{"ref":"1","type":"ping"}', "bad_frame", None),
        ('{"ref":-1,"type":"ping"}', "bad_frame", None),
        ('{"ref":9007199254740992,"type":"ping"}', "bad_frame", None),
        ('{"ref":1.5,"type":"ping"}', "bad_frame", None),
        ('{"ref":1}', "bad_command", 1),
        ('{"ref":1,"type":7}', "bad_command", 1),
        ('{"ref":1,"type":"ping","topic":42}', "bad_command", 1),
        ('{"ref":1,"type":"ping","more":true}', "bad_command", 1),
        ('{"ref":1,"type":"ping"', "bad_frame", None),
        ("[" * 20000, "bad_frame", None),
        ('{"ref":1,"type":"ping","data":' + "[" * 15000 + "]" * 15000 + "}", "bad_frame", None),
    ],
)
def test_an_invalid_line_gets_an_error_code(text, code, ref):
    assert refusal(text) == (code, ref)


@pytest.mark.parametrize(
    "data", ['{"seq":"1"}', '{"seq":1,"x":2}', "{}", "[]", '{"seq":1.5}', '{"seq":9999999999999999999}']
)
def test_data_of_another_shape_is_a_bad_command(data):
    kind = msgspec.defstruct("Read", [("seq", protocol.Number)], forbid_unknown_fields=True)
    with pytest.raises(errors.BadCommand):
        decode_data(msgspec.Raw(data.encode()), kind)


def test_a_frame_over_the_limit_is_refused_whole():
    assert refusal("x" * 101, limit=100) == ("too_large", None)
    assert refusal("é" * 60, limit=100) == ("too_large", None)
    assert refusal("é" * 50, limit=100) == ("bad_frame", None)


@pytest.mark.parametrize("character", ["a", "é", "漢", "😀", '"', "\n"])
def test_the_longest_message_fits_in_however_it_is_escaped(character):
    units = (character * chat_limits.MESSAGE_CHARACTERS).encode("utf-16-be")
    text = "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
    data = f'{{"key": "00000000-0000-4000-8000-000000000001", "text": "{text}"}}'
    command = decode(f'{{"ref": {2**53 - 1}, "type": "message.post", "topic": "room.{2**53 - 1}", "data": {data}}}')
    assert isinstance(command, Command)
    assert decode_data(command.data, msgspec.defstruct("Post", [("key", str), ("text", str)])).text == character * 8000


@given(st.text(max_size=300))
def test_any_text_is_answered_and_nothing_raises(text):
    assert all(isinstance(line, Command | InvalidLine) for line in decode_frame(text, 1000))


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=30), max_size=50), st.integers(5, 60))
def test_lines_are_packed_in_order_and_within_the_limit(lines, limit):
    text = "\n".join(lines)
    frames = list(pack(text, limit))
    assert "\n".join(frames) == text
    assert all(len(frame) <= limit or "\n" not in frame for frame in frames)
