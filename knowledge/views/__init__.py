"""Pages of the knowledge base and of the help centre."""
