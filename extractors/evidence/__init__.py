"""Evidence for a payer's requirements: what the packet's own pages state, and what they only ask, plan or deny."""
