"""AWS resources, priced service by service."""
