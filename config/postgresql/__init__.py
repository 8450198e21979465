"""Django's backend for PostgreSQL, with connections that wait for an answer no longer than their thread may."""
