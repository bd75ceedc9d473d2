"""Charts of the bill as SVG."""
