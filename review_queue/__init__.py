"""The queue of records that need a person: claim, decide, return, sign off."""
