"""Documents with an attacker's text on them, and what the pipeline makes of them with a model that obeys it."""
