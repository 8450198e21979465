"""The text of messages: checked as typed, rendered from Markdown to HTML, and searched for names and keywords."""
