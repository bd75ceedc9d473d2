"""What each kind of resource is billed for: one module a service family, each a table from type to function."""
