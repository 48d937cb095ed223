"""Leads: enquiries that are not customers yet, from capture to conversion or abandonment."""
