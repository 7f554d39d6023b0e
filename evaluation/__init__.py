"""Judges the pipeline and never runs it: scoring, reports, synthetic faxes, benchmarks."""
