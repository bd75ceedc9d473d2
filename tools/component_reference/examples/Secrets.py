till = SecretEntry(description="Signs in at the bank", keys=["token"], namespace="shop", kubernetes_secret="till-token")
secrets = Secrets(
    "secrets",
    SecretsArgs(
        cluster=cluster,
        namespace=namespace("external-secrets"),
        inventory={"till": till},
        namespaces={"shop": namespace("shop")},
        key_arn=key_arn,
    ),
)
