"""Import of tickets."""
