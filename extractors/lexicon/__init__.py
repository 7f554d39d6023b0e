"""Names of drugs, conditions and analytes, as data files with the code that finds them in text."""
