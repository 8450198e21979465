"""The state of rooms as clients get it: events, sidebar entries, room states, and missed events."""
