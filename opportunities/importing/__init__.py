"""Import of opportunities."""
