"""What a bad day costs: what was promised of each store, and what its declared copies come to."""
