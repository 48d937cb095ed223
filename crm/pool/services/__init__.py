"""Writes of the pool: claiming, giving, releasing, recycling, and the pools themselves."""
