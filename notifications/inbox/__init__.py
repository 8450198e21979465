"""The inbox: a user's notifications, their unread counts, the bell's panel and the notification page."""
