"""Names: validation, comparison, search, initials, and their direction in sentences."""
