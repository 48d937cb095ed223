"""Import of articles by the common machinery."""
