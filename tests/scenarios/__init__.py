"""The end-to-end scenarios of the requirements, in words; those that need no browser."""
