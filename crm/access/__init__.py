"""Who may do what with which row. No tables of its own: the user object answers for its roles."""
