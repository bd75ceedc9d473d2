"""``--recommend``: what would be cheaper, each tried by a preview of its own, and what was looked at besides."""
