"""The decisions as data: one row a capability, what it forbids, and what it measures."""
