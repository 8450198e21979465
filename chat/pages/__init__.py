"""The parts of HTML pages that the views put together: forms, lists of rooms and people, the sidebar, the timeline."""
