"""Texts made to do harm, and to take long."""

PEOPLE = {
    "ada": 7, "bob": 9, "j.doe": 11, "张三": 12, "张三丰": 13, "हिन्दी": 14, "ราชินี": 15, "müller": 16,
}  # fmt: skip

ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<a href='javascript:x'>y</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))", "[x](java\tscript:x)", "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](https://a' onmouseover='alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")', '[x](<https://a.example"onclick="x>)',
    "<https://a\"onclick=x>", "https://a.example/\"onmouseover=alert(1)", "https://a.example/'><script>",
    "![x](x\"onerror=\"alert(1))", "```\"><script>alert(1)</script>\nx\n```", "`<script>`", "<!--<img src=x>-->",
    "<![CDATA[<script>]]>", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=//a.example>", "<style>*{display:none}</style>", "<b onclick=x>", "@ada\" onclick=\"x",
    ":tada\"onclick=x:", "&lt;script&gt;", "<span class=mention data-user=1>@ada</span>",
    "[a](https://a.example?\u202egnp.exe)", "https://a.example:99999/", "http://1.2.3.400", "https://a@b.example",
    "https://xn--a.example", "[a]()", "![a](https://a.example)", "“https://a.example”", "<\u0000script>",
]  # fmt: skip

MARKS = [
    "*", "**", "_", "~~", "`", "```", "```py\n", "\n", "\n\n", "> ", "- ", "1. ", "[", "](", ")", "<", ">", "&",
    "@ada", ":tada:", ":", "https://", "a.example/", "\\", "!", "#", '"', "'", " ", "    ", "a", "B", "1", "é", "🎉",
    "ℹ", "\u2069", "<script>", "javascript:", "=", "-", "+", "(", ".", ",", "?", "\t",
    "|", "|-|-|\n", "|a|b|\n", "[ ] ", "[x] ", "```x", "~~~", "2. ", "3) ", "  ",
]  # fmt: skip

PATTERNS = [
    *"[]*_~`><(!\\:@&#=|\n\t-+.", "![", "[[]", "[](", "[a](", "[a](http://b) ", "*a ", "**a", "**a** ", "*a_ ",
    "a**b", "_*", "a***", "~~a~~ ", "`a", "`a ", "``a`", "\\*", "> ", "- ", "- a\n", "> a\n", "-\n", "* \n", "1. ",
    "1.\n", "&amp;", "@a", "@ada ", "@ada@", "@看", "@a.", "看@a", "a.a/@",
    ":a", ":tada:", "http://", "https://a ", "https://a(", "http:", "://",
    "a\n", "a\n\n", "<a", "<a@b.c>", "<http://a>", "<!--", "~~~\n", "```\n", "    a\n", "\ta", "a\n=\n", "[x](<",
    '[x](a "', "🎉", "é", "\u202ea", "https://é ", "https://é.", "https://a.example/é，",
    "|a", "|a|\n|-|\n", "|a|\n|-|\n|b|\n\n", "|a|b|\n|-|-|\n", "| ", "- [ ] a\n", "1) [x] a\n", "# a\n", "# ",
    "a```\n", "```a\n", "a``` ", "a  b ", "  a\n", "a  \n", "\n\n\n\na", "\\_", "\\[", "\\:a:", "¯\\_(",
    "![a](http://b) ", "[b.c](http://b) ", "http://é@", "[]()", "*a **b _c __d ~~e ",
]  # fmt: skip

BITS = [
    "", "(", "'", '"', '"""', "<", "/*", "a", "a b", "a ", "{{", "\\", "$(", "=", "x = '", "<a ", "-- ", "#", "0",
    "[a](", "%", "a: ", "<?php ", "<<", "@a", "a.", "::", "|", "&", "+ ", "> ", "${", "`", ";", "\t", "A", "_",
]  # fmt: skip
