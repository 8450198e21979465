"""The texts that scripts/messages.py finds, and the catalogues that it writes."""

import gettext
import io
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))

from catalogues import Message, compile_mo, read_po, read_script, write_po, write_script
from messages import fits
from source_texts import python_texts, script_texts, template_texts
from unmarked_texts import check_python, check_script, check_template

HERE = Path("here")
TRANSLATIONS = {
    Message("Save"): ["Speichern"],
    Message("Open", context="a verb"): ["Öffnen"],
    Message("%(count)s “new”", "%(count)s\nnew"): ["%(count)s neue", "%(count)s neuen"],
}


def test_a_catalogue_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(write_po("de", TRANSLATIONS))
    assert read_po(path) == TRANSLATIONS


def test_gettext_reads_a_compiled_catalogue():
    catalogue = gettext.GNUTranslations(io.BytesIO(compile_mo("de", TRANSLATIONS)))
    assert catalogue.gettext("Save") == "Speichern"
    assert catalogue.gettext("Open") == "Open"
    assert catalogue.pgettext("a verb", "Open") == "Öffnen"
    assert [catalogue.ngettext("%(count)s “new”", "", count) for count in (1, 2)] == [
        "%(count)s neue",
        "%(count)s neuen",
    ]


def test_a_script_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "de.js"
    path.write_text(write_script("de", TRANSLATIONS))
    assert read_script(path) == {Message(each.text, "", each.context): texts for each, texts in TRANSLATIONS.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('_("Save")', Message("Save")),
        ('gettext_lazy("You have "\n "rooms.")', Message("You have rooms.")),
        ('ngettext("one", "many", count)', Message("one", "many")),
        ('pgettext("a verb", "Open")', Message("Open", "", "a verb")),
    ],
)
def test_marked_in_python(text, message):
    assert list(python_texts(text, HERE)) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{% translate "Save" %}', Message("Save")),
        ('{% translate "Open" context "a verb" %}', Message("Open", "", "a verb")),
        ("{% blocktranslate %}By {{ name }}{% endblocktranslate %}", Message("By %(name)s")),
        (
            "{% blocktranslate trimmed count n=all %}\n {{ n }} room{% plural %}{{ n }} rooms{% endblocktranslate %}",
            Message("%(n)s room", "%(n)s rooms"),
        ),
    ],
)
def test_marked_in_a_template(text, message):
    assert list(template_texts(text, HERE)) == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('t("Save")', Message("Save")),
        ('html`<p>${t("Save")}</p>`', Message("Save")),
        ('a / b / c; inContext("a verb", "Open", { a: `}` })', Message("Open", "", "a verb")),
        ('/["`]/.test(x) && plural("{count} room", "{count} rooms", count)', Message("{count} room", "{count} rooms")),
        ("x = `${`${rich('It\\'s {name}', { name })}`}`", Message("It's {name}")),
    ],
)
def test_marked_in_a_script(text, message):
    assert list(script_texts(text, HERE)) == [message]


def test_a_computed_text_cannot_be_marked():
    with pytest.raises(SystemExit):
        list(python_texts("_(name)", HERE))
    with pytest.raises(SystemExit):
        list(script_texts("t(name)", HERE))


@pytest.mark.parametrize(
    "text",
    [
        "<p>Save</p>",
        '<a aria-label="Close {{ name }}"></a>',
        "{% if name %}Hello{% endif %}",
        '{% include "_icon.html" with label="Save it" %}',
        '{{ count|pluralize:"person,people" }}',
    ],
)
def test_not_marked_in_a_template(text):
    assert list(check_template(text))


@pytest.mark.parametrize(
    "text",
    [
        "<p class='a b'>{{ name }}: 1</p>",
        '{% translate "Save" %}<code>Some code</code>',
        "{% blocktranslate %}By {{ name }}{% endblocktranslate %}",
        '{% block body_class %}page{% endblock %}{% include "_icon.html" with name="x" %}',
        '{{ at|date:"D j M" }}{# A comment #}',
    ],
)
def test_marked_or_no_text_in_a_template(text):
    assert list(check_template(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "html`<p>Save</p>`",
        'html`<a title="Save it">`',
        'x = "You are signed out."',
        '({ label: "rooms" })',
        "x = `Go to ${name}`",
    ],
)
def test_not_marked_in_a_script(text):
    assert list(check_script(text))


@pytest.mark.parametrize(
    "text",
    [
        'html`<p class="a b">${t("Save")}</p>`',
        'key === "Enter"',
        'throw new Error("It broke here.")',
        'x = "room-list .row"',
    ],
)
def test_marked_or_no_text_in_a_script(text):
    assert list(check_script(text)) == []


@pytest.mark.parametrize(
    "text", ['x = "You are here."', 'raise ValidationError("Choose another.")', 'f"By {name} now"']
)
def test_not_marked_in_python(text):
    assert list(check_python(text))


@pytest.mark.parametrize(
    "text",
    [
        '_("You are here.")',
        '"""A docstring."""',
        'raise ValueError("This is a mistake.")',
        'logger.info("It is so.")',
        'x = "SELECT a FROM b"',
    ],
)
def test_marked_or_no_text_in_python(text):
    assert list(check_python(text)) == []


@pytest.mark.parametrize(
    ("translation", "message", "is_right"),
    [
        ("%(name)s ist da", Message("%(name)s is here"), True),
        ("%(nam)s ist da", Message("%(name)s is here"), False),
        ("<b>Neu", Message("<b>New</b>"), False),
        ("Ein Entwurf", Message("You have {count} drafts"), True),
        ("%(count)s da", Message("%(name)s is here", "%(count)s are here"), True),
    ],
)
def test_a_translation_has_the_placeholders_and_tags_of_its_text(translation, message, is_right):
    assert fits(translation, message) is is_right
