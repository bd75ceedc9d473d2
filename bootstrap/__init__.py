"""What an account needs before the landing zone: its state, the key of it, and the roles that deploy and preview."""
