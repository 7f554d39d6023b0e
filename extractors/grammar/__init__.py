"""Strict parsers of printed values: dates, codes, identifiers, doses, names and choices, each with its normal form."""
