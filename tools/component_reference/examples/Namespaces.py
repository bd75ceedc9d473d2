namespaces = Namespaces(
    "namespaces",
    NamespacesArgs(levels={"shop": "restricted", "monitoring": "privileged"}),
    pulumi.ResourceOptions(providers=[cluster.provider]),
)
