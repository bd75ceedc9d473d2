shop = Cluster(
    "shop",
    ClusterArgs(
        place=place,
        vpc_id="vpc-0a1b2c",
        subnet_ids=["subnet-0a", "subnet-0b"],
        api_allowed_cidrs=["203.0.113.0/24"],
        access={
            "deployer": Access(
                principal_arn="arn:aws:iam::111122223333:role/deployer", policy="AmazonEKSClusterAdminPolicy"
            )
        },
        key_arn=key_arn,
    ),
)
nodes = Nodes("steady", NodesArgs(cluster=shop, subnet_ids=["subnet-0a", "subnet-0b"], key_arn=key_arn))
