"""Are all bundles valid? Documents through the whole way to FHIR, and an independent checker over the result."""
