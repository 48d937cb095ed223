"""Pages of planning: one module for each kind of record."""
