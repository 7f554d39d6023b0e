"""The report people look at: one self-contained HTML page of an evaluation."""
