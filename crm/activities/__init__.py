"""Follow-ups: what was said to whom, and when to speak next. It knows no domain app."""
