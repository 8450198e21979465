"""Notifications by email: written, sent, and stopped by the link in each of them."""
