"""What changed between two previews."""
