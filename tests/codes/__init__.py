"""Codes, bands and labels: their grammar, their laws, their printing and their photographs."""
