"""Policy pack: what the ledger decides: rejected systems are refused, decided targets must exist."""
