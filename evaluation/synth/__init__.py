"""Synthetic faxes with gold labels: invented patients, payers and providers, drawn, degraded and labelled together."""
