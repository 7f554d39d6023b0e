"""Learning from reviewers what a confidence is worth, proving it, and noticing when it no longer holds."""
