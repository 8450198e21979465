"""Names: what they may be made of, how they are compared and searched, and how they stand in sentences."""
