"""Readers of payers' letters: what was decided, why, what is wanted, and until when."""
