"""Tickets: what customers ask of the company after the sale."""
