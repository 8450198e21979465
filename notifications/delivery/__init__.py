"""Delivery: sends the due pushes and emails once each, and records the results."""
