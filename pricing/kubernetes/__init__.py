"""What Kubernetes objects and charts bill."""
