"""Telling other systems of events: signed posts, repeated for a day, to addresses of the open internet."""
