"""What would be cheaper: alternatives, break-even volumes, commitments, three years."""
