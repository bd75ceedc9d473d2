"""EKS: control plane, nodes, storage, identities, admission, and how charts are released."""
