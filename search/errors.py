class IndexUnavailable(Exception):
    """The index cannot be read or written now. The messages in the database are not touched by that."""
