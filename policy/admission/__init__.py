"""What the cluster refuses: Kyverno's policies, generated from the ledger, and judged offline as Kyverno would."""
