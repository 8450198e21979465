"""Identity: the public data of users, and the session or token of a connection. Works with any user model."""
