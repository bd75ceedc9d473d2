"""The ten moves, a file each: steps with their commands, how each is verified, and how it is undone."""
