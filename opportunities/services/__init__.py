"""The only writers of opportunities."""

from opportunities.services.creating import create_opportunities, create_opportunity

__all__ = ["create_opportunities", "create_opportunity"]
