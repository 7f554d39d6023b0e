"""Readers of payers' policies: what is covered, on which criteria, with which papers."""
