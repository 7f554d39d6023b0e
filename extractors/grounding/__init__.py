"""Proof that a value is printed: its quote is found on a page, and the value derived anew from what stands there."""
