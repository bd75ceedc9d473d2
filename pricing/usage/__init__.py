"""How much of each metered service is used, where no stack file says so."""
