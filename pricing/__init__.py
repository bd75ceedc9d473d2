"""What it costs: resources in, bill out. ``python -m pricing FILE`` needs nothing else of this project."""
