"""The chapters of ``__main__``: where settings and decisions become arguments of components, and nowhere else."""
