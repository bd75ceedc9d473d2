"""Can it be brought back: canaries written before backups, and drills that restore them and read the data."""
