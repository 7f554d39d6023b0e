"""Reading prose: sections, what a sentence asserts, and the facts it states, as cited values."""
