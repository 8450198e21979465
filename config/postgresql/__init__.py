"""Django's backend for PostgreSQL, with a limit on how long a thread waits for the server."""
