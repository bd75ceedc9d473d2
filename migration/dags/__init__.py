"""What the workflow runs: its Git bundle puts this folder on the path, so modules here import each other bare."""
