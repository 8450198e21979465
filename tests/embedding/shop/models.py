from django.conf import settings
from django.db import models


class Order(models.Model):
    """The shop's own model, which notifications are about. `seq`: the number of its last change, on its topic."""

    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    what = models.CharField(max_length=100)
    status = models.CharField(max_length=20, default="new")
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.what
