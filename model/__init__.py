"""What a declared resource is, read the same way by whoever judges, prices or counts it."""
