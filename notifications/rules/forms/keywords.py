"""The words of which one wants to hear."""

from django import forms

from notifications.rules import preferences

SEPARATORS = str.maketrans(",;", "\n\n")
CHARACTERS = (
    10_000  # Far above what the words may have together: the sentence about them says more than one about this.
)


class WordsForm(forms.Form):
    words = forms.CharField(
        required=False,
        max_length=CHARACTERS,
        label="Your words",
        help_text=f"Up to {preferences.MOST_WORDS}, of 2 to 80 characters. Capitals make no difference.",
        widget=forms.Textarea(
            {"rows": 4, "placeholder": "One a line", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def clean_words(self) -> list[str]:
        try:
            return preferences.clean_words(self.cleaned_data["words"].translate(SEPARATORS).splitlines())
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
