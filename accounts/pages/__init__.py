"""Pages: the views and forms of accounts, and what other apps use in theirs (view decorators, local times)."""
