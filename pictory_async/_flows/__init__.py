"""Whole flows: several operations and waits that make one thing."""
