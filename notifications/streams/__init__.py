"""Streams and announcements: what staff and programs publish, and who subscribed."""
