"""The formats of dates and times in the admin: with 24 hours, as on the other pages."""
