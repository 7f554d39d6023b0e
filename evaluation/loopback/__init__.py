"""A stand-in for a model's endpoint on loopback: scripted or gold answers, planted errors, and one fault at a time."""
