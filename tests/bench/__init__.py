"""Measurements: `python -m tests.bench.<name>`. Not run by pytest."""
