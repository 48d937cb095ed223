"""Writes of customers and contacts: one function a business fact."""
