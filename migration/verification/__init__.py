"""Whether the target holds what the source holds: both are read and compared, and the answer is kept as evidence."""
