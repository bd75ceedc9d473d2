edge = Edge("edge", EdgeArgs(cluster=cluster, vpc_id="vpc-0a1b2c", domain="shop.example.com"))
pulumi.export("records", edge.validation_records)
