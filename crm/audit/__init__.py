"""What happened: events, their timeline, view history, and the executor of state machines."""
