"""Search as it is defined, without regular expressions and without an index: what the product is compared with."""

import unicodedata


def is_word(character: str) -> bool:
    """Say whether words of its script are separated by spaces."""
    code = ord(character)
    in_script = code <= 0x08FF or 0x1E00 <= code <= 0x1FFF or 0x2C60 <= code <= 0x2C7F or 0xA640 <= code <= 0xA7FF
    is_mark = 0x300 <= code <= 0x36F or 0x483 <= code <= 0x489
    return is_mark or (in_script and character.isalnum())


def contains(text: str, term: str, *, is_exact: bool) -> bool:
    """Say whether a folded text contains a folded term."""
    for at in range(len(text) - len(term) + 1):
        if text[at : at + len(term)] != term:
            continue
        end = at + len(term)
        begins_word = not (is_word(term[0]) and at > 0 and is_word(text[at - 1]))
        ends_word = not (is_word(term[-1]) and end < len(text) and is_word(text[end]))
        if is_exact:
            if begins_word and ends_word:
                return True
        elif len(term) >= 3 or begins_word:
            return True
    return False


def strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
