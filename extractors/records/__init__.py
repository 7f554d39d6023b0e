"""Records: grounded values merged, checked and scored; what a record of a packet means for the others; acceptance."""
