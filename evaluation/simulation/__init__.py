"""Weeks of nights with a simulated reviewer: whether learning, certificates and alarms hold what they promise."""
