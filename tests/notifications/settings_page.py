"""The vocabulary of the tests of a person's settings: the page, filled in and sent."""

from datetime import time

from notifications.models import GroupRule, Keyword, Preferences
from notifications.services import Level
from tests.cast import visit

PAGE = "/notifications/preferences/"


class Settings:
    """The page in somebody's browser."""

    def __init__(self, user) -> None:
        self.user, self.client = user, visit(user)

    def form(self) -> dict:
        """What the page's form sends as it stands."""
        forms = self.client.get(PAGE).context["forms"]
        sent = {}
        for field in (form[name] for form in forms.all for name in form.fields):
            value = field.value()
            if isinstance(value, bool):
                sent |= {field.html_name: "on"} if value else {}
            else:
                sent[field.html_name] = f"{value:%H:%M}" if isinstance(value, time) else value
        return sent

    def sends(self, *without, do="save", **changes):
        data = {name: value for name, value in (self.form() | changes).items() if name not in without}
        return self.client.post(PAGE, data | {"do": do})

    def saves(self, *without, **changes) -> Preferences:
        """Fill in, save, and return what is kept."""
        answer = self.sends(*without, **changes)
        assert answer.status_code == 302, answer.context["errors"]
        return Preferences.objects.get(user=self.user)

    def is_refused(self, *without, **changes) -> str:
        """Fill in what cannot be; nothing of it is kept. Return the sentence."""
        before = list(Preferences.objects.values()), list(Keyword.objects.values()), list(GroupRule.objects.values())
        answer = self.sends(*without, **changes)
        assert answer.status_code == 422
        after = list(Preferences.objects.values()), list(Keyword.objects.values()), list(GroupRule.objects.values())
        assert after == before
        [(_, _, sentence)] = answer.context["errors"]
        assert sentence in answer.content.decode().replace("&#x27;", "'")
        return sentence

    def words(self) -> list[str]:
        return list(self.user.keywords.order_by("word").values_list("word", flat=True))

    def rule(self, group: str) -> Level | None:
        rule = GroupRule.objects.filter(user=self.user, group=group).first()
        return rule and Level(rule.level, rule.muted_until)
