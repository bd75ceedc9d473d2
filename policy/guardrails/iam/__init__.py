"""Policy documents: who may do what, and who is let in."""
