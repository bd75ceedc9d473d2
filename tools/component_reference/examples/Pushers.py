registry = Registry("shop", RegistryArgs(repositories=["till"], key_arn=key_arn))
pushers = Pushers(
    "pushers",
    PushersArgs(
        issuer="https://gitlab.example.com",
        projects={"till": "shop/till"},
        repository_arns=registry.arns,
        repository_names=registry.names,
    ),
)
