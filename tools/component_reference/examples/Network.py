network = Network(
    "shop",
    NetworkArgs(
        place=place,
        zones=["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"],
        key_arn=key_arn,
    ),
)
