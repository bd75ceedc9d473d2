"""What runs in the old cluster, from files: which capability each workload is, and who talks to what."""
