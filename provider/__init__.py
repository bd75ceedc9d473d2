"""The components for other languages: a Pulumi provider whose schema and arguments follow from their type hints."""
