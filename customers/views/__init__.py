"""Pages of customers and contacts: attributes and the few things that are theirs alone."""
