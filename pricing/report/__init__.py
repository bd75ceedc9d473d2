"""A bill for readers: for a terminal, a merge request and a program."""
