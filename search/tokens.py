"""Index tokens: the strings by which an index finds the documents that may contain a term.

Both databases store the same ones, so that they propose the same documents. A document has all its groups of three
characters ("~abc"), the first one and two characters of each of its words ("<a", "<ab"), hashes of these words ("=8e2")
and of each two that follow each other ("+1f3"), and its facts ("^room.42"). The sign at the beginning keeps them apart.
"""

import re
import zlib

from search.terms import ASCII_STARTS, INSIDE_CHARACTERS, STARTS, WORD, Term

VERSION = 4  # An index with tokens of another version is built again.
GROUP, START, WHOLE, PAIR, FACT = "~", "<", "=", "+", "^"
# More would not find fewer documents, and each is a list to read.
MOST_TOKENS_OF_A_TERM = 8
WORDS = re.compile(rf"{WORD}+")
ASCII_WORDS = re.compile(r"[a-zA-Z0-9]+", re.ASCII)
# Most pairs are in one document only. With so few different tokens they take less space, and a search for one finds
# hardly any other: one document in 8,000. A whole word has nearly a token of its own.
DIFFERENT_WORDS, DIFFERENT_PAIRS = 2**24, 2**16


def tokens_of(searchable: str, facts: tuple[str, ...]) -> set[str]:
    """Return the tokens of a document."""
    tokens = {FACT + fact for fact in facts}
    for line in searchable.split("\n"):
        tokens.update(
            [GROUP + first + second + third for first, second, third in zip(line, line[1:], line[2:], strict=False)]
        )
        for word in (ASCII_STARTS if line.isascii() else STARTS).findall(line):
            tokens |= {START + word[0], START + word[:2]}
        for found in words_of(line):
            tokens.update(found)
    return tokens


def tokens_for(term: Term) -> set[str]:
    """Return tokens that every document with this term has."""
    text = term.text
    whole, pairs = words_of(text) if term.is_exact else ([], [])
    # The words of a phrase may be in a third of all documents each, and their pairs in few.
    if pairs or len(whole) == 1:
        return set(some_of(pairs or whole))
    groups = [text[at : at + INSIDE_CHARACTERS] for at in range(len(text) - INSIDE_CHARACTERS + 1)]
    if not groups:
        return {START + text}
    return {GROUP + group for group in some_of(groups)} | set(whole)


def words_of(line: str) -> tuple[list[str], list[str]]:
    """Return the tokens of the words in one line, and those of the pairs of words with one space between them."""
    words, pairs = [], []
    last, end = "", -1
    for found in (ASCII_WORDS if line.isascii() else WORDS).finditer(line):
        word, start = found[0], found.start()
        words.append(f"{WHOLE}{hash_of(word) % DIFFERENT_WORDS:x}")
        if start == end + 1 and line[end] == " ":
            pairs.append(f"{PAIR}{hash_of(f'{last} {word}') % DIFFERENT_PAIRS:x}")
        last, end = word, found.end()
    return words, pairs


def hash_of(text: str) -> int:
    return zlib.crc32(text.encode())


def some_of(tokens: list[str]) -> list[str]:
    """Return the last and some of the others, at even distances."""
    step = -(-len(tokens) // MOST_TOKENS_OF_A_TERM)
    return [*tokens[::step], tokens[-1]]
