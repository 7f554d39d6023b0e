"""What makes a value legitimate: code sets, domain rules, payer rule packs, deadlines."""
