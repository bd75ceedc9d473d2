database = Database("ledger", DatabaseArgs(network=network, key_arn=key_arn))
pulumi.export("address", database.address)
