"""Pages of log-in, passwords, personal settings and people."""
