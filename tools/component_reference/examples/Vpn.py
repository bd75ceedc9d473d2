vpn = Vpn(
    "office",
    VpnArgs(
        gateway_address="203.0.113.10",
        on_premises_cidrs=["192.168.0.0/16"],
        bgp_asn=65000,
        vpc_id="vpc-0a1b2c",
        route_table_ids=["rtb-0a1b2c"],
        log_group_arn="arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vpc/shop",
    ),
)
