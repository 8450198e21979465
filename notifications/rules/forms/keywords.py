"""The words of which one wants to hear."""

from django import forms

from notifications.rules import preferences
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

SEPARATORS = str.maketrans(",;", "\n\n")
CHARACTERS = (
    10_000  # Far above what the words may have together: the sentence about them says more than one about this.
)


class WordsForm(forms.Form):
    words = forms.CharField(
        required=False,
        max_length=CHARACTERS,
        label=_("Your words"),
        help_text=fill_lazy(
            _("Up to %(most_words)s, of 2 to 80 characters. Capitals make no difference."),
            most_words=preferences.MOST_WORDS,
        ),
        widget=forms.Textarea(
            {"rows": 4, "placeholder": _("One a line"), "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def clean_words(self) -> list[str]:
        try:
            return preferences.clean_words(self.cleaned_data["words"].translate(SEPARATORS).splitlines())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
