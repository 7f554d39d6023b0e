"""Payer rule packs: what a payer asks for beyond the law and the classification, as data with effective dates."""
