"""What is published goes to its targets: folders, NDJSON, FHIR servers, payers."""
