"""The chat of the Channels tutorial, parts 2 and 3, on Daphne: one channel for each connection, one group a room."""
