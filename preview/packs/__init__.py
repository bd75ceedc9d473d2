"""The policy packs, run as the engine runs them."""
