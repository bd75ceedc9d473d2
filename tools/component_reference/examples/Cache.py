cache = Cache("sessions", CacheArgs(network=network, key_arn=key_arn))
pulumi.export("uri", cache.uri)
