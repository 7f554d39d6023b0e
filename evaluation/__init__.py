"""Judges the pipeline and never runs it: scorecards, synthetic faxes, benchmarks."""
