"""How we get there: typed runbook steps, the DAGs, and verification."""
