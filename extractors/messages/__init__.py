"""Reads messages of patients: who writes to whom, what they take, what they want; nothing is ever answered."""
