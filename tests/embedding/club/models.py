import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Member(AbstractUser):
    """A member by UUID, as many sites have them; with Django's groups and flags."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    groups = models.ManyToManyField("auth.Group", related_name="+", blank=True)
    user_permissions = models.ManyToManyField("auth.Permission", related_name="+", blank=True)


class Named(AbstractUser):
    """A member by their name, with what a name may have in it."""

    username = models.CharField(max_length=60, primary_key=True)
    groups = models.ManyToManyField("auth.Group", related_name="+", blank=True)
    user_permissions = models.ManyToManyField("auth.Permission", related_name="+", blank=True)


class Match(models.Model):
    """What members are told about: of the same kind of key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.id)
