"""Waiting for jobs: when to look, looks that are shared, and what the looks amount to."""
