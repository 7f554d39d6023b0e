"""The domain rules, a module for each subject."""
