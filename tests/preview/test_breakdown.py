"""The same bill by component and by tag: nothing is lost, and everything stands where it belongs."""

from decimal import Decimal

from preview.breakdown import by_component, by_tag


def amounts(shares):
    return {share.name: share.amount.usd_per_month for share in shares}


def test_every_split_of_the_bill_adds_up_to_it(prod):
    total = prod.bill.usd_per_month

    assert sum(amounts(by_component(prod)).values()) == total
    assert {key: sum(amounts(shares).values()) for key, shares in by_tag(prod).items()} == dict.fromkeys(
        ("cost-centre", "decision", "environment", "managed-by", "owner", "project"), total
    )


def test_a_line_is_billed_to_the_innermost_component_around_its_resource(prod):
    found = amounts(by_component(prod))
    gateways = [line for line in prod.bill.lines if "natGateway" in line.urn or "Eip" in line.urn]

    assert found["eks:index:Cluster cluster"] == Decimal(73)
    assert found["alphacar:network:Network network"] >= sum(line.usd_per_month for line in gateways) > 0


def test_what_carries_a_decision_is_billed_to_it(prod):
    found = amounts(by_tag(prod)["decision"])
    priced = prod.bill.by_capability()

    assert found["documents"] == priced["documents"]
    # The controller puts its own tags on the load balancer it makes for an Ingress.
    balancer = sum(line.usd_per_month for line in prod.bill.lines if ":Ingress::" in line.urn)
    assert 0 < balancer <= found["platform"]
    # Volumes that charts ask for carry no tag: their capability is known by their component.
    assert "metrics" not in found
    assert found[""] >= priced["metrics"]
