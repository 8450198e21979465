"""Web Push: devices, and pushes that are encrypted, signed and sent to them."""
