"""The durable truth: documents, stage results, records, published bundles, audit chain."""
