"""Real processes for tests: our server, PostgreSQL, Redis (as Valkey), Chromium. None outlives the tests."""
