"""The engine: the hub with its subscriptions, and the delivery of each topic's events in one order."""
