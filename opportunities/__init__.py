"""Opportunities: the pipeline from first contact to deal, with products, rivals and forecasts."""
