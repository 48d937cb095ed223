"""Service levels: what was promised for a ticket, kept to the second and explained."""
