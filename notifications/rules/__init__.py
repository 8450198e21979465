"""Which notifications a user gets, when and by which channel: the notification settings, and the decisions by them."""
