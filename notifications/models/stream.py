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
        """Keep the streams that a user may see: open ones, those whose rule includes them, and those given by staff."""
        given = Subscription.objects.filter(stream=OuterRef("pk"), user=user, by_staff=True)
        return self.filter(Q(is_open=True) | by_rule_of(user) | Exists(given))

    def with_subscribed(self, user) -> Self:
        """Add `subscribed`: whether this user is subscribed. It is only meaningful for streams that they may see."""
        chose = Subscription.objects.filter(stream=OuterRef("pk"), user=user)
        wanted = Exists(chose.filter(active=True)) | (by_rule_of(user) & ~Exists(chose.filter(active=False)))
        return self.annotate(subscribed=wanted)


def by_rule_of(user) -> Q:
    """Return a filter for the streams whose rule includes a user. A user model may lack groups or `is_staff`."""
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
    """A named source of news that users subscribe to: deploys, incidents, scores.

    Users whom its `rule` includes are subscribed until they unsubscribe. Everybody may subscribe to an open stream; a
    restricted one is only visible to users of its rule and to those whom staff subscribed.
    """

    class Rule(models.TextChoices):
        NOBODY = "nobody", "Nobody: people subscribe themselves"
        EVERYBODY = "everybody", "Everybody"
        STAFF = "staff", "Staff"
        GROUP = "group", "A group"

    NEW = "new"  # the slug in the URL of the page that creates a stream

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    is_open = models.BooleanField("open", default=True)
    rule = models.CharField(max_length=9, choices=Rule, default=Rule.NOBODY)
    group = models.ForeignKey("auth.Group", models.SET_NULL, null=True, blank=True)
    token_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    keeps_value = models.BooleanField("keeps a latest value", default=False)
    # {"value": 42.1, "label": "EUR/USD"}; `seq` is its number in the stream's topic. `is_pending`: stored less than a
    # quarter of a second after the last published value, so that the scheduled job publishes it.
    value = models.JSONField(null=True, editable=False)
    value_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    is_pending = models.BooleanField(default=False, editable=False)
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StreamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug == self.NEW:
            raise ValidationError({"slug": "This slug is reserved. Choose another one."})

    @property
    def topic(self) -> str:
        """The topic of its values, and the group of its notifications."""
        return f"stream.{self.pk}"

    def audience(self) -> QuerySet:
        """Return all users who may see it."""
        given = Subscription.objects.filter(stream=self, user=OuterRef("pk"), by_staff=True)
        seen = Q() if self.is_open else self.rules_people() | Exists(given)
        return get_user_model()._default_manager.filter(seen, flagged("is_active"))

    def subscribers(self) -> QuerySet:
        """Return all subscribers who may see it. One query."""
        chose = Subscription.objects.filter(stream=self, user=OuterRef("pk"))
        wanted = Exists(chose.filter(active=True)) | (self.rules_people() & ~Exists(chose.filter(active=False)))
        return self.audience().filter(wanted)

    def rules_people(self) -> Q:
        """Return a filter for the users whom its rule includes."""
        return {
            self.Rule.NOBODY: Q(pk__in=[]),
            self.Rule.EVERYBODY: Q(pk__isnull=False),
            self.Rule.STAFF: Q(is_staff=True) if has_field("is_staff") else Q(pk__in=[]),
            self.Rule.GROUP: people_of_group(self.group_id),
        }[self.Rule(self.rule)]


class Subscription(models.Model):
    """A user's choice for one stream, which overrides its rule. `by_staff`: it also lets them see a restricted one."""

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

    `slot` is the second modulo KEPT_SECONDS: a stream never has more rows than that, because new points overwrite old
    ones.
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
    """A text above every page for all users until it expires or they dismiss it."""

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
