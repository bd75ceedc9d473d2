"""The program run without an engine: resources recorded, answers simulated."""
