documents = Documents("orders", DocumentsArgs(network=network, key_arn=key_arn))
pulumi.export("uri", documents.uri)
