"""From the pages of a fax to its documents: which pages belong together, of which type each part is, whose it is."""
