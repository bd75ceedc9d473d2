"""What is not priced, and why: free types, unpriced types and properties, custom resources."""
