"""Delivery: the pushes and emails that are due, sent once each, with a record of what became of them."""
