"""Pairs become persons: clusters within constraints, how sure each is, and how else they may be drawn."""
