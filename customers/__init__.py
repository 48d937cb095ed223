"""Customers and contacts: whom the company sells to and serves."""
