"""Rules about the source itself: what `architecture.md` forbids is found by reading it."""
