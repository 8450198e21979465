"""A believable week of a small team, so that the first look is worth looking at."""
