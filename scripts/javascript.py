"""A tokenizer for JavaScript modules, sufficient to find their texts and where they are."""

import json
import re
from dataclasses import dataclass

PATTERNS = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<word>[A-Za-z_$#][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<template>`)
    |(?P<regex>/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    |(?P<sign>=>|\?\?=?|\?\.|&&|\|\||[<>=!]=?=?|\S)""",
    re.VERBOSE | re.DOTALL,
)
# After these tokens a slash is a division; after others it begins a regular expression.
VALUES = ("word", "number", "string", "template", "regex")
NO_VALUES = {"return", "typeof", "case", "in", "of", "await", "else"}


@dataclass
class Token:
    """`value`: the content of a string or template, with HOLE for each ${…}."""

    kind: str
    text: str
    line: int
    value: str = ""
    tag: str = ""  # `html` in html`…`


PLACEHOLDER = "\0"


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a module; those within ${…} follow the template that contains them."""
    tokens: list[Token] = []
    read(text, 0, tokens, inside=False)
    return tokens


def read(text: str, position: int, tokens: list[Token], *, inside: bool) -> int:
    """Append tokens up to the end, or `inside` a template up to the brace that ends its ${…}.

    Return the position there.
    """
    depth = 0
    while position < len(text):
        found = PATTERNS.match(text, position)
        assert found is not None
        kind = str(found.lastgroup)
        if kind == "regex" and tokens and is_value(tokens[-1]):
            found = re.compile("/").match(text, position)
            assert found is not None
            kind = "sign"
        line = text.count("\n", 0, position) + 1
        position = found.end()
        if kind == "template":
            tag = tokens[-1].text if tokens and tokens[-1].kind == "word" else ""
            position = read_template(text, position, tokens, line, tag)
        elif kind != "space":
            depth += {"{": 1, "}": -1}.get(found[0], 0) if kind == "sign" else 0
            if inside and depth < 0:
                return position
            tokens.append(Token(kind, found[0], line, unquote(found[0]) if kind == "string" else ""))
    return position


def is_value(token: Token) -> bool:
    return (token.kind in VALUES and token.text not in NO_VALUES) or token.text in (")", "]", "}")


def read_template(text: str, position: int, tokens: list[Token], line: int, tag: str) -> int:
    token = Token("template", "`", line, tag=tag)
    tokens.append(token)
    while text[position] != "`":
        if text.startswith("${", position):
            token.value += PLACEHOLDER
            position = read(text, position + 2, tokens, inside=True)
        elif text[position] == "\\":
            token.value += text[position + 1]
            position += 2
        else:
            token.value += text[position]
            position += 1
    return position + 1


def unquote(literal: str) -> str:
    if literal[0] == "'":
        literal = '"' + literal[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'
    literal = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: f"\\u{found[1]:>04}", literal)
    try:
        return json.loads(literal)
    except ValueError:  # an escape that JSON lacks; no text for people has one
        return literal[1:-1]
