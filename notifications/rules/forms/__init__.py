"""What a person fills in on the page of their settings: one form each for what belongs together."""
