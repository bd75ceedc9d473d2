firewall = Firewall("ledger", FirewallArgs(description="Ledger reached from pods", port=5432, network=network))
