"""The Da Vinci PAS 2.2.1 request of a released record, or the list of what it lacks."""
