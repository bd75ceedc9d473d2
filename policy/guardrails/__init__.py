"""Policy pack: what must hold for every resource: encryption, privacy, protection, tags."""
