"""Identity: who a user is to others, and which session or token a connection rests on. Works with any user model."""
