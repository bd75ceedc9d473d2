"""The provider is built with the services that the program uses; read from files, so that it is always checked."""

import pytest

from tests.aws.services import LISTED, missing, service
from tests.aws.variations import registered
from tests.golden.inventory import golden


@pytest.fixture(scope="module")
def declared():
    """Every type that any variation declares at AWS."""
    inventory = {token for token in golden()["inventory"] if token.startswith("aws:")}
    return inventory | {made.type for other in ("prod, a VPN", "prod, GuardDuty") for made in registered(other)}


def test_every_service_that_the_program_uses_is_listed(declared):
    assert missing(sorted(declared)) == []


def test_no_service_is_listed_that_the_program_does_not_use(declared):
    assert {service(token) for token in declared} == LISTED


def test_a_type_of_a_service_that_is_not_listed_is_told_by_name():
    told = missing(["aws:lambda/function:Function", "aws:ebs/volume:Volume"])

    assert told == ["aws:lambda/function:Function: add lambda to tools/aws/services"]
