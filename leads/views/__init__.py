"""Pages of leads: attributes and the few things that are theirs alone."""
