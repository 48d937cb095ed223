"""Date and number formats that replace Django's own (`market.md` 5.3)."""
