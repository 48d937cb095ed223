"""Values that companies maintain: dictionaries, regions, tags, number rules, settings."""
