linked = SearchLinkedRole("search", SearchLinkedRoleArgs())
search = Search(
    "catalogue",
    SearchArgs(
        place=place,
        network=network,
        key_arn=key_arn,
        administrators=["arn:aws:iam::111122223333:role/platform"],
        domains={"blue": DomainSize(instances=3)},
        after=[linked],
    ),
)
pulumi.export("endpoint", search.endpoint)
