"""The engine: who is subscribed to what, and the delivery of events to them in one order."""
