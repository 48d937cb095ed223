"""Pure helpers: no models of their own, no knowledge of any other package."""
