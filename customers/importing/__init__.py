"""Imports of customers and of contacts (D16-1, D16-3, `contracts` 1.1-1.8)."""
