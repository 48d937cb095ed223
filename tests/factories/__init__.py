"""Valid, unique, minimal records for tests, written through the services.

Here: the company of the eight demo accounts and records of the five relations. Not here: broken
or hostile input (`tests/kit`).
"""
