"""Import of follow-ups: the columns, and what happens to the rows."""
