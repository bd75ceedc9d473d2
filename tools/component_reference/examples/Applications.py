applications = Applications(
    "applications",
    ApplicationsArgs(
        cluster=cluster,
        landings={
            "shop": Landing(cpu="2", memory="4Gi", pods=20, service_accounts=["till"], grants={"till": ["cache"]})
        },
        namespaces={"shop": namespace("shop")},
        statements={"cache": {"Action": "elasticache:Connect", "Resource": "arn:aws:elasticache:...:sessions"}},
        connections={"CACHE_URI": "rediss://sessions.example.com:6379/0"},
        certificate_arn="arn:aws:acm:ap-northeast-2:111122223333:certificate/shop",
        store_cidrs=["10.0.160.0/22"],
        balancer_cidrs=["10.0.128.0/22"],
    ),
)
