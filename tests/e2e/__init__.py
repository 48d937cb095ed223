"""Browser tests of the running product."""
