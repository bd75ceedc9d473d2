RegistryReplication(
    "elsewhere",
    RegistryReplicationArgs(place=place, region="ap-northeast-1", repository_prefix="shop/"),
)
