"""Writes of leads: one function a business fact."""
