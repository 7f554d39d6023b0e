"""Document types: one module (or folder) declares a type completely."""
