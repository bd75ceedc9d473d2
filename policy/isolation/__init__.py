"""Who may speak with whom in the cluster: a table of flows, and the network policies that are made from it."""
