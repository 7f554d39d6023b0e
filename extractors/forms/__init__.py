"""Forms read by their labels, tables, choices and inline codes, whatever their layout."""
