"""How the admin writes dates and times: as the other pages do, with 24 hours."""
