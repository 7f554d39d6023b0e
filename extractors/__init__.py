"""Document types, packet splitting, reading backends, grounding and confidence."""
