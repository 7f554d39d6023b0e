"""What a page looks like to a reader: chunks of text, cells, options with their marks, and what is not content."""
