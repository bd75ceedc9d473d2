"""The report as text, markdown, HTML and JSON."""
