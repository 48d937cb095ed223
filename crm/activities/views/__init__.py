"""Pages of follow-ups and of files on records."""
