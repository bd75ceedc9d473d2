"""Providers that stand in for AWS, EKS and Kubernetes under the real engine: strict on inputs, honest on unknowns.

They answer look-ups and expand components with the same knowledge as the offline preview (preview/simulate/lookups.py).
"""
