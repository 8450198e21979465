"""The forms of the settings page, one for each section."""
