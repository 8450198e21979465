"""Emails about notifications: their contents, sending, and the link that unsubscribes."""
