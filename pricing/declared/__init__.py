"""What a file says is declared: states, previews and our own JSON, read into resources for the meter."""
