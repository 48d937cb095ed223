"""Import of leads by the common wizard (`contracts` 1.1-1.8)."""
