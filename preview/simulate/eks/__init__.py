"""What the EKS component creates, simulated."""
