"""Search words for emoji that have other names, and the groups of the picker."""

WORDS = {
    "party celebrate congratulations hooray": "🎉 🥳 🎊 🎈 🪩 🍾 🥂 💃 🕺",
    "happy glad": "😀 😄 😊 🙂 😁 😃",
    "sad unhappy": "😢 😞 ☹️ 🙁 😔 😭",
    "laugh lol funny haha": "😂 🤣 😆 😄 😹",
    "love like": "❤️ 😍 🥰 😘 💕",
    "thanks thank_you please": "🙏 🤝",
    "ok okay good agree": "👍 👌 ✅ 🆗",
    "yes done check": "✅ ☑️ ✔️ 👍",
    "no bad disagree": "👎 ❌ 🙅 🚫",
    "hello hi bye goodbye": "👋 🙋",
    "hug": "🤗 🫂",
    "cry": "😢 😭 🥲",
    "angry mad": "😠 😡 🤬 😤",
    "sick ill": "🤒 🤢 🤮 😷 🤧 🤕",
    "tired sleep night": "😴 💤 🥱 🛌 🌙",
    "think hmm": "🤔 💭 🧐",
    "wow surprised shock": "😮 😲 🤯 😱",
    "cool": "😎 🆒",
    "shrug unsure": "🤷 😕",
    "oops awkward": "😅 😬 🤦 🙈",
    "idea": "💡 🧠",
    "look see": "👀 👁️ 🔍",
    "warn careful danger": "⚠️ 🚨 ☢️ ☣️",
    "stop": "🛑 ⛔ ✋",
    "wait time soon": "⏳ ⌛ ⏰ 🕐 🔜",
    "deploy launch ship release": "🚀 🚢 📦 🎉",
    "bug": "🐛 🐞 🪲",
    "fix repair tool": "🔧 🛠️ 🔨 🩹 🪛",
    "work office": "💼 💻 🏢",
    "write note document": "✍️ 📝 📄 ✏️",
    "mail letter": "📧 ✉️ 📨 📬",
    "call phone": "📞 📱 ☎️",
    "meeting calendar date": "📅 📆 🗓️ 👥",
    "chart numbers": "📈 📉 📊",
    "money pay": "💰 💵 💶 💳 🤑",
    "coffee tea break": "☕ 🍵",
    "lunch dinner food eat hungry": "🍽️ 🍕 🥪 🍔 🍜 😋",
    "beer drink cheers": "🍻 🍺 🥂 🍷 🥤",
    "birthday": "🎂 🥳 🎁 🎈 🍰",
    "present": "🎁",
    "holiday vacation beach": "🏖️ 🌴 🏝️ ☀️ ✈️",
    "christmas": "🎄 🎅 🎁 🤶",
    "win winner first prize": "🏆 🥇 🏅",
    "strong": "💪 🏋️",
    "clap applause well_done bravo": "👏 🙌",
    "dance": "💃 🕺 🪩",
    "music song": "🎵 🎶 🎧 🎸",
    "game play": "🎮 🎲 🕹️",
    "sun weather": "☀️ 🌤️ 🌞",
    "rain": "🌧️ ☔ 🌦️",
    "cold winter": "🥶 ❄️ ⛄",
    "hot": "🔥 🥵 🌶️",
    "new": "🆕 ✨ 🌟",
    "luck": "🍀 🤞",
    "secret quiet": "🤫 🤐 🔒",
    "home": "🏠 🏡",
    "train travel": "🚆 🚄 ✈️ 🧳",
    "link": "🔗",
    "question help": "❓ 🙋 🆘",
}

# An emoji belongs to the first group that has its first character; the last group has all others.
GROUPS = {
    "Flags": "1F1E6-1F1FF 1F38C 1F3C1 1F3F3 1F3F4 1F6A9",
    "Smileys": """
        1F600-1F644 1F648-1F64A 1F910-1F917 1F920-1F925 1F927-1F92F 1F970-1F976 1F978-1F97A 1F9D0 1FAE0-1FAEA 2639
        263A 1F479-1F47B 1F47D-1F480 2620 1F4A9 1F4A2-1F4A6 1F4A8 1F4AB-1F4AD 1F4AF 2763 2764 1F48B-1F48C
        1F493-1F49F 1F5A4 1F90D 1F90E 1F9E1 1FA75-1FA77
    """,
    "People": """
        1F645-1F647 1F64B-1F64F 1F440-1F450 1F464-1F478 1F47C 1F481-1F483 1F485-1F487 1F48F 1F491 1F4AA 1F574 1F575
        1F57A 1F590 1F595 1F596 1F6A3 1F6B4-1F6B6 1F6C0 1F6CC 1F385 1F3C2-1F3C4 1F3C7 1F3CA-1F3CC 1F90C 1F90F
        1F918-1F91F 1F926 1F930-1F93E 1F977 1F9B5-1F9B9 1F9BB 1F9CD-1F9CF 1F9D1-1F9E0 1FAC0-1FAC8 1FAF0-1FAF8 261D
        26F7 26F9 270A-270D
    """,
    "Animals and nature": """
        1F400-1F43F 1F980-1F9AE 1F300-1F320 1F321-1F32C 1F331-1F335 1F337-1F33C 1F33E-1F344 1F490 1F54A 1F940
        1FAB0-1FABF 1FACE 1FACF 2618 2600-2604 2614 26A1 26C4 26C5 26C8 2744 2B50
    """,
    "Food": "1F32D-1F330 1F336 1F33D 1F345-1F37F 1F382 1F942-1F944 1F950-1F96F 1F9C0-1F9CB 1FAD0-1FADF 2615",
    "Activities": """
        1F380-1F384 1F386-1F393 1F396-1F3C0 1F3C5 1F3C6 1F3C8 1F3C9 1F3CF-1F3D3 1F3F8 1F3F9 1F93F 1F941 1F945-1F94F
        1F9E7-1F9E9 1FA80-1FA86 1FAA9 1F004 1F0CF 26BD 26BE 26F3 26F8
    """,
    "Travel and places": """
        1F3CD-1F3CE 1F3D4-1F3F0 1F54B-1F54D 1F550-1F567 1F5FA-1F5FF 1F680-1F6A2 1F6A4-1F6A8 1F6B2 1F6D5-1F6D7
        1F6E3-1F6E5 1F6E9-1F6FC 231A 231B 23F0-23F3 26EA 26F0-26F2 26F4 26F5 26FA 26FD 2708
    """,
    "Objects": """
        1F451-1F463 1F484 1F488-1F48A 1F48D 1F48E 1F4A1 1F4A3 1F4B0-1F4F1 1F4F7-1F4FF 1F507-1F518 1F525-1F52E 1F56F
        1F570 1F573 1F576-1F579 1F587-1F58D 1F5A5-1F5DE 1F5E1 1F5F3 1F6AA 1F6AC 1F6BD-1F6BF 1F6C1 1F6CB 1F6CD-1F6D2
        1F6DD-1F6E2 1F97B-1F97F 1F9AF 1F9BA 1F9BC-1F9BF 1F9E2-1F9E6 1F9EA-1F9FF 1FA70-1FA74 1FA78-1FA7C 1FA87-1FAAF
        260E 2328 2692-2697 2699 26B0 26B1 26CF-26D3 2702 2709 270F 2712
    """,
    "Symbols": "0-1FFFFF",
}
SHOWN_ORDER = [
    "Smileys",
    "People",
    "Animals and nature",
    "Food",
    "Activities",
    "Travel and places",
    "Objects",
    "Symbols",
    "Flags",
]


def words_of(character: str) -> str:
    return " ".join(words for words, characters in WORDS.items() if character in characters.split(" "))


def group_of(character: str) -> int:
    """Return the number of the emoji's group in the picker."""
    code = ord(character[0])
    name = next(name for name, ranges in GROUPS.items() if is_in(code, ranges))
    return SHOWN_ORDER.index(name)


def is_in(code: int, ranges: str) -> bool:
    for part in ranges.split():
        first, _, last = part.partition("-")
        if int(first, 16) <= code <= int(last or first, 16):
            return True
    return False
