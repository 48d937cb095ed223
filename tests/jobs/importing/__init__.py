"""Tests of what every import shares; the rules of customers are in `tests/customers`."""
