"""The forms, notes, letters and cover sheets that synthetic faxes are made of; each module draws one kind."""
