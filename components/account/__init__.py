"""What holds for the whole account: audit, budgets, keys, trust."""
