"""The demo: a week of a small team, so that a new site shows how the chat is used."""
