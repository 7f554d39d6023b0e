"""Reads what only referrals say: why a colleague is asked, and for which services."""
