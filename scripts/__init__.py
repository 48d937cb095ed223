"""Tools around the product: set-up, run, test, lint, assets, catalogues. Nothing here is imported
by the product itself."""
