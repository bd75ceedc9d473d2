"""Ways into the network, and out of it."""
