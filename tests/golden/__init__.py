"""What the whole target comes to, in one file that is written by ``python -m tests.golden`` and never by hand."""
