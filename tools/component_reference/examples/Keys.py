keys = Keys("shop", KeysArgs(place=place))
pulumi.export("keyArn", keys.arn)
