"""Writes of tickets: one function a business fact."""
