"""One module for each FHIR resource: `build(proven, built)` yields its drafts."""
