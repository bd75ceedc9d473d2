"""What the installed Pulumi SDKs know of a resource."""
