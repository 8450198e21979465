from django.db import models


class Message(models.Model):
    """A stored message; the table exists only for StoringChatConsumer."""

    room = models.CharField(max_length=100)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text
