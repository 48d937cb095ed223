"""Knowledge base: articles with released versions, categories, the help centre (D13)."""
