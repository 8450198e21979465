"""Previews of links: the pages of other sites are fetched after a post, and shown below the message."""
