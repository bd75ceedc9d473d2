"""What is built. Components know sizes and other resources; they know neither money, decisions nor environments."""
