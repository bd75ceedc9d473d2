"""The generated pages below docs/."""
