"""Policy pack: what it costs: every type priced, within budget."""
