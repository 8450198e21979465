from typing import Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.identity.people import flagged, has_field


class StreamQuerySet(QuerySet):
    def visible_to(self, user) -> Self:
        """Keep those that a person may see: the open ones, those of their rule, those that staff gave them."""
        given = Subscription.objects.filter(stream=OuterRef("pk"), user=user, by_staff=True)
        return self.filter(Q(is_open=True) | by_rule_of(user) | Exists(given))

    def with_subscribed(self, user) -> Self:
        """Add `subscribed`: whether that person hears of it, where they may see it."""
        chose = Subscription.objects.filter(stream=OuterRef("pk"), user=user)
        wanted = Exists(chose.filter(active=True)) | (by_rule_of(user) & ~Exists(chose.filter(active=False)))
        return self.annotate(subscribed=wanted)


def by_rule_of(user) -> Q:
    """Return which streams' rules include a person. Users without groups or `is_staff` are in none of these."""
    rules = Q(rule=Stream.Rule.EVERYBODY)
    if has_field("groups"):
        rules |= Q(rule=Stream.Rule.GROUP, group__in=user.groups.all())
    if has_field("is_staff") and user.is_staff:
        rules |= Q(rule=Stream.Rule.STAFF)
    return rules


def people_of_group(group_id: int | None) -> Q:
    if not has_field("groups"):
        return Q(pk__in=[])
    return Q(pk__in=get_user_model()._default_manager.filter(groups=group_id).values("pk"))


class Stream(models.Model):
    """A named source of news that people subscribe to: deploys, incidents, scores.

    Who belongs to its `rule` is subscribed until they say otherwise. An open one is there for everybody to subscribe; a
    restricted one exists only for its rule's people and for those whom staff subscribed.
    """

    class Rule(models.TextChoices):
        NOBODY = "nobody", "Nobody: people subscribe themselves"
        EVERYBODY = "everybody", "Everybody"
        STAFF = "staff", "Staff"
        GROUP = "group", "A group"

    NEW = "new"  # the address of the page that makes one

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    is_open = models.BooleanField("open", default=True)
    rule = models.CharField(max_length=9, choices=Rule, default=Rule.NOBODY)
    group = models.ForeignKey("auth.Group", models.SET_NULL, null=True, blank=True)
    token_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    keeps_value = models.BooleanField("keeps a latest value", default=False)
    # {"value": 42.1, "label": "EUR/USD"}; `seq` is its place in the stream's own log. One that is `untold` was stored
    # less than a quarter of a second after the one before was told: the clock tells it.
    value = models.JSONField(null=True, editable=False)
    value_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    untold = models.BooleanField(default=False, editable=False)
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StreamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug == self.NEW:
            raise ValidationError({"slug": "That address is taken by the page that makes a stream. Choose another."})

    @property
    def topic(self) -> str:
        """The topic of its values, and the group of what it told."""
        return f"stream.{self.pk}"

    def audience(self) -> QuerySet:
        """Return everybody who may see it."""
        given = Subscription.objects.filter(stream=self, user=OuterRef("pk"), by_staff=True)
        seen = Q() if self.is_open else self.rules_people() | Exists(given)
        return get_user_model()._default_manager.filter(seen, flagged("is_active"))

    def subscribers(self) -> QuerySet:
        """Return everybody who is to hear of it. One query."""
        chose = Subscription.objects.filter(stream=self, user=OuterRef("pk"))
        wanted = Exists(chose.filter(active=True)) | (self.rules_people() & ~Exists(chose.filter(active=False)))
        return self.audience().filter(wanted)

    def rules_people(self) -> Q:
        """Return who belongs to its rule."""
        return {
            self.Rule.NOBODY: Q(pk__in=[]),
            self.Rule.EVERYBODY: Q(pk__isnull=False),
            self.Rule.STAFF: Q(is_staff=True) if has_field("is_staff") else Q(pk__in=[]),
            self.Rule.GROUP: people_of_group(self.group_id),
        }[self.Rule(self.rule)]


class Subscription(models.Model):
    """What a person said of one stream, whatever its rule says. `by_staff`: they may see it though it is restricted."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stream_subscriptions")
    active = models.BooleanField(default=True)
    by_staff = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "user"], name="subscription_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.stream_id}"


class Point(models.Model):
    """A stream's value at the end of one second, for the chart of the last minutes.

    `slot` is the second, counted round: a stream has as many rows as a round has seconds and never more, since the
    next round writes over them.
    """

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="points")
    slot = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "slot"], name="point_slot_unique")]

    def __str__(self) -> str:
        return f"{self.value} at {self.at:%H:%M:%S}"


class Announcement(models.Model):
    """What everybody is to see above the page until it expires; not those who dismissed it."""

    text = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    dismissed_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)
    seq = models.PositiveBigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.text
