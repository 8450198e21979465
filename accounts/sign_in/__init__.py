"""Sign-in by password: its limits, known devices, hashing in bounded threads, and the emails about accounts."""
