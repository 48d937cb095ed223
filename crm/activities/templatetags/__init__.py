"""Template tags of activities."""
