"""Files as kubectl and helm write them, a piece at a time, and why one cannot be read."""
