"""FHIR drawn as a fax, read again and held against what it was drawn from: element recall and precision."""
