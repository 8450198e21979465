"""The form for keywords."""

from django import forms

from notifications.rules import preferences
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

SEPARATORS = str.maketrans(",;", "\n\n")
# Far above 50 keywords of 80 characters: their own error messages are clearer than the one for this limit.
CHARACTERS = 10_000


class WordsForm(forms.Form):
    words = forms.CharField(
        required=False,
        max_length=CHARACTERS,
        label=_("Your keywords"),
        help_text=fill_lazy(
            _("Up to %(most_words)s keywords of 2 to 80 characters. Case doesn't matter."),
            most_words=preferences.MOST_WORDS,
        ),
        widget=forms.Textarea(
            {"rows": 4, "placeholder": _("One per line"), "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def clean_words(self) -> list[str]:
        try:
            return preferences.clean_words(self.cleaned_data["words"].translate(SEPARATORS).splitlines())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
