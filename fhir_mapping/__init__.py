"""Accepted values become FHIR R4 resources; the only room that knows fhir.resources."""
