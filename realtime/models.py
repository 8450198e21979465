"""What the engine itself keeps: how far each topic has come, and which log this is."""

import uuid

from django.db import models


class TopicHead(models.Model):
    """The last seq given out in a topic. Its row lock makes commit order equal number order."""

    name = models.CharField(max_length=99, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.seq}"


class Log(models.Model):
    """The one row that names this history. Restoring a backup makes another: see `new_epoch`."""

    epoch = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return str(self.epoch)


class Connection(models.Model):
    """What somebody may do with the connections of others. It has no table: who is connected is known to the hubs."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_connections", "Can see who is connected, and from where"),
            ("close_connections", "Can close connections"),
        ]

    def __str__(self) -> str:
        return "connection"
