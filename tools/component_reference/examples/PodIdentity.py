identity = PodIdentity(
    "till",
    PodIdentityArgs(
        cluster=cluster,
        namespace="shop",
        service_account="till",
        statements=[{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::invoices/*"}],
    ),
)
