"""Streams and announcements: published by staff and programs, to subscribers and to everybody."""
