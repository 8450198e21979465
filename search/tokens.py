"""Index tokens: the strings by which an index finds the documents that may contain a term.

Both databases store the same ones, so that they propose the same documents. A document has all its groups of three
characters ("~abc"), the first one and two characters of each of its words ("<a", "<ab"), and its facts ("^room.42").
The sign at the beginning keeps the three apart.
"""

from search.terms import ASCII_STARTS, INSIDE_CHARACTERS, STARTS, Term

GROUP, START, FACT = "~", "<", "^"
# More would not find fewer documents, and each is a list to read.
MOST_GROUPS_OF_A_TERM = 8


def tokens_of(searchable: str, facts: tuple[str, ...]) -> set[str]:
    """Return the tokens of a document."""
    tokens = {FACT + fact for fact in facts}
    for line in searchable.split("\n"):
        tokens.update(
            [GROUP + first + second + third for first, second, third in zip(line, line[1:], line[2:], strict=False)]
        )
        for word in (ASCII_STARTS if line.isascii() else STARTS).findall(line):
            tokens |= {START + word[0], START + word[:2]}
    return tokens


def tokens_for(term: Term) -> set[str]:
    """Return tokens that every document with this term has."""
    text = term.text
    groups = [text[at : at + INSIDE_CHARACTERS] for at in range(len(text) - INSIDE_CHARACTERS + 1)]
    if not groups:
        return {START + text}
    step = -(-len(groups) // MOST_GROUPS_OF_A_TERM)
    return {GROUP + group for group in [*groups[::step], groups[-1]]}
