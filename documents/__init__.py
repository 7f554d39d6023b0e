"""What a document is, and the values that travel from it: pages, words, spans, evidence, cited values, records."""
