"""The engine's tables: the head of each topic, and the epoch of the database's history."""

import uuid

from django.db import models


class TopicHead(models.Model):
    """The last seq of a topic. Its row lock makes commit order equal number order."""

    name = models.CharField(max_length=99, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.seq}"


class Log(models.Model):
    """The one row with the epoch of this history. A restored backup needs a new one: see `new_epoch`."""

    epoch = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.epoch)


class Connection(models.Model):
    """The permissions to see and close others' connections. It has no table: the hubs know who is connected."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_connections", "Can see who is connected, and from where"),
            ("close_connections", "Can close connections"),
        ]

    def __str__(self) -> str:
        return "connection"
