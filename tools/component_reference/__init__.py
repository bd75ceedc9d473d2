"""The reference of the components: read from their code, and from what their examples make, cost and are held to."""
