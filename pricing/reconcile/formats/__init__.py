"""The forms a bill comes in, each told from its header."""
