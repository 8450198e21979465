"""Made-up messages for tests with large numbers: in several languages, with words as frequent as in real ones.

The same seed makes the same messages.
"""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

WORDS_A_LANGUAGE = 20_000
COMMON_WORDS = 1_000  # of one or two syllables
MOST_WORDS = 60
# Of so many messages one has a link, one has code, and one has a mark of Markdown.
LINK, CODE, STRONG = 25, 30, 20


class Language(NamedTuple):
    """`common`: its most frequent words, in order. The others are made of `beginnings` and `endings`."""

    name: str
    share: float
    common: list[str]
    beginnings: list[str]
    endings: list[str]
    space: str = " "


LANGUAGES = (
    Language(
        "English",
        0.5,
        "the to a of and in is it you that for on we have with this be not are as but at i can if was do".split(),
        "b bl br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w y".split(),
        "an ake ar ate eck ed een ell en er est ick ide ill in ing ion it ock old on oop ound own uck um un y".split(),
    ),
    Language(
        "German",
        0.25,
        "die der und das ist in nicht ich es zu wir den mit ein auf für eine auch im so an noch dass hat wird".split(),
        "b br d dr f fl g gr h k kl l m n p r s sch schl sp st str t tr v w z zw".split(),
        "acht aus auf eben ein eit eln en er ern icht ieren ig ind isch lich öse ung über ühl äng äum und ort".split(),
    ),
    Language(
        "Russian",
        0.1,
        "и в не на я что он с это как то мы но у по за так же из все от бы да ты для уже о если".split(),
        "б в вз г д ж з к кр л м н п пр р с ст т тр ф х ц ч ш".split(),
        "ать ение ий ить но ный ого ов ой ость от ски том ует ция ый ать ель ени ами ях".split(),
    ),
    Language(
        "Japanese",
        0.15,
        "の に は を た が で て と し れ さ です ます ある いる も する から な こと として".split(),
        [*"東京大学会社新聞時間問題情報開発設定画面変更確認予定資料作業連絡検索部屋"],
        [*"会議者的化性中上下前後内外語文字数式法力点線面", "した", "する", "ない", "ます"],
        space="",
    ),
)


def make_texts(seed: int) -> Iterator[str]:
    """Yield messages without an end."""
    chance = random.Random(seed)
    languages = [(language, make_words(language)) for language in LANGUAGES]
    weights = list(accumulate(1 / rank for rank in range(1, WORDS_A_LANGUAGE + 1)))
    shares = [language.share for language in LANGUAGES]
    while True:
        language, words = chance.choices(languages, shares)[0]
        count = min(MOST_WORDS, 1 + int(chance.lognormvariate(2, 0.8)))
        chosen = chance.choices(words, cum_weights=weights, k=count)
        yield decorate(language.space.join(chosen), chosen[-1], chance)


def make_words(language: Language) -> list[str]:
    """Return the words of a language, the most frequent first. Longer ones are rarer."""
    chance = random.Random(language.name)
    words = dict.fromkeys(language.common)
    while len(words) < WORDS_A_LANGUAGE:
        # One syllable has some hundred words, two have thousands.
        syllables = chance.randint(1, 2 if len(words) < COMMON_WORDS else 4)
        word = "".join(chance.choice(language.beginnings) + chance.choice(language.endings) for _ in range(syllables))
        words[word] = None
    return list(words)


def decorate(text: str, word: str, chance: random.Random) -> str:
    if not chance.randrange(LINK):
        return f"{text} https://example.org/{word}/{chance.randrange(10_000)}"
    if not chance.randrange(CODE):
        return f"{text} `{word}_{chance.randrange(100)}()`"
    if not chance.randrange(STRONG):
        return f"**{word}** {text}"
    return text
