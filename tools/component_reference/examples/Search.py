linked = SearchLinkedRole("search", SearchLinkedRoleArgs())
search = Search("catalogue", SearchArgs(place=place, network=network, key_arn=key_arn, after=[linked]))
pulumi.export("endpoint", search.endpoint)
