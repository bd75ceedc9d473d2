"""The workflow's move, with a broker of this machine."""
