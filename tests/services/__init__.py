"""Real processes for tests: our server, PostgreSQL, Redis (as Valkey), Chromium. All end with the tests."""
