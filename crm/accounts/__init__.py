"""People: users, departments, roles, log-in and personal settings."""
