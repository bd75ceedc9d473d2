registry = Registry("shop", RegistryArgs(repositories=["till", "shelf"], key_arn=key_arn))
pulumi.export("urls", registry.urls)
