"""Questions beyond the report: explain, what-if, diff, realised cost."""
