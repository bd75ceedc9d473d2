"""Moves written down: pages for people, scripts and Kubernetes objects for machines."""
