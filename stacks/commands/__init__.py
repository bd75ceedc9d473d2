"""``lz WORD``: one command for what the modules of every room do, and what completes it in a shell."""
