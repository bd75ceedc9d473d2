"""Arguments from other languages: made into what a component takes, or refused by name with everything wrong at once."""

from decimal import Decimal

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pulumi.runtime import rpc

from components import (
    AccountRegion,
    BucketArgs,
    BudgetsArgs,
    CacheArgs,
    DomainSize,
    NamespacesArgs,
    NetworkArgs,
    SearchArgs,
    StoreNetwork,
)
from provider.taken import take
from tests.components.given import INSIDE, KEY, PLACE, SUBNETS

NETWORK = {"vpcId": "vpc-1", "subnetIds": list(SUBNETS), "clientSecurityGroupId": "sg-nodes"}
WHERE = {"accountId": "111122223333", "region": "ap-northeast-2"}
CACHE = {"network": NETWORK, "keyArn": KEY}
SEARCH = {**CACHE, "place": WHERE, "administrators": ["arn:aws:iam::111122223333:role/platform"]}


def failures(kind, given):
    with pytest.raises(InputPropertiesError) as raised:
        take(kind, given)
    return {each["property_path"]: each["reason"] for each in raised.value.errors}, raised.value.message


def test_names_become_python_s_and_mappings_dataclasses():
    taken = take(CacheArgs, {**CACHE, "nodeType": "cache.r7g.large", "tags": {"owner": "shop"}})

    assert taken.network == StoreNetwork(
        vpc_id="vpc-1", subnet_ids=list(SUBNETS), client_security_group_id=INSIDE.client_security_group_id
    )
    assert (taken.key_arn, taken.node_type, taken.tags) == (KEY, "cache.r7g.large", {"owner": "shop"})


def test_what_is_not_given_is_the_dataclass_s_own_default():
    assert take(CacheArgs, {**CACHE, "replicas": None}) == take(CacheArgs, CACHE)
    assert take(CacheArgs, CACHE).replicas == 1


def test_every_number_is_a_float_on_the_wire():
    replicas = take(CacheArgs, {**CACHE, "replicas": 2.0}).replicas
    total = take(
        BudgetsArgs,
        {
            "place": WHERE,
            "total": 0.1,
            "emails": [],
            "keyArn": KEY,
            "monitorArn": "arn:aws:ce::111122223333:anomalymonitor/m",
            "tagKey": "team",
            "perTag": {"a": 2.5},
        },
    )

    assert (replicas, type(replicas)) == (2, int)
    assert (total.total, total.per_tag) == (Decimal("0.1"), {"a": Decimal("2.5")})


def test_mappings_of_dataclasses_are_taken_apart():
    taken = take(
        SearchArgs,
        {
            **SEARCH,
            "domains": {"blue": {"volumeGb": 20.0}, "my-own": {"instances": 3}},
            "live": "my-own",
        },
    )

    assert taken.domains == {"blue": DomainSize(volume_gb=20), "my-own": DomainSize(instances=3)}
    assert taken.place == AccountRegion(account_id=PLACE.account_id, region=PLACE.region)


def test_what_anybody_may_write_is_left_alone():
    statements = [{"Sid": "A", "Resource": ["b"], "not_a_name": 1.5}]

    assert take(BucketArgs, {"place": WHERE, "keyArn": KEY, "statements": statements}).statements == statements


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"replicas": 9}, "replicas", "must be 0 to 5, not 9"),
        ({"snapshotRetentionDays": 36}, "snapshotRetentionDays", "must be 0 to 35, not 36"),
        ({"replica": 2}, "replica", "there is no such argument; did you mean replicas?"),
        ({"replicas": "2"}, "replicas", "it must be a whole number, not a string"),
        ({"replicas": 1.5}, "replicas", "it must be a whole number, not a number"),
        ({"replicas": True}, "replicas", "it must be a whole number, not a boolean"),
        ({"protect": 1}, "protect", "it must be a boolean, not a number"),
        ({"nodeType": 4}, "nodeType", "it must be a string, not a number"),
        ({"network": "vpc-1"}, "network", "it must be a mapping, not a string"),
        ({"network": {**NETWORK, "subnetIds": "subnet-a"}}, "network.subnetIds", "it must be a list, not a string"),
        ({"network": {**NETWORK, "subnetIds": ["a", 2]}}, "network.subnetIds[1]", "it must be a string, not a number"),
        ({"network": {**NETWORK, "vpc": "v"}}, "network.vpc", "there is no such argument; did you mean vpcId?"),
        ({"network": {**NETWORK, "vpcId": None}}, "network.vpcId", "it is required and missing"),
        ({"keyArn": None}, "keyArn", "it is required and missing"),
        ({"tags": {"owner": 1}}, "tags.owner", "it must be a string, not a number"),
        (
            {"network": {**NETWORK, "subnetIds": ["subnet-a"]}},
            "network.subnetIds",
            "must be subnets of two zones or more, not ['subnet-a']",
        ),
        ({"replicas": rpc.UNKNOWN}, "replicas", "it must be plain: neither a secret nor known only after a deployment"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(changes, path, reason):
    assert failures(CacheArgs, {**CACHE, **changes})[0] == {path: reason}


def test_a_name_that_resembles_none_is_told_what_there_is():
    reason = failures(CacheArgs, {**CACHE, "zzz": 1})[0]["zzz"]

    assert reason.startswith(
        "there is no such argument; allowed are network, keyArn, engineVersion, nodeType, replicas"
    )


def test_everything_wrong_is_told_at_once():
    wrong, message = failures(CacheArgs, {"network": {"subnetIds": 1, "vpcId": "vpc-1"}, "size": 1})

    assert set(wrong) == {"size", "network.subnetIds", "network.clientSecurityGroupId", "keyArn"}
    assert message == "Cache was given what it cannot take"


def test_a_message_speaks_of_other_fields_by_their_names_too():
    given = {"place": WHERE, "keyArn": KEY, "expireDays": 5, "objectLockDays": 9}

    assert failures(BucketArgs, given)[0] == {"expireDays": "must not be shorter than objectLockDays: 5 < 9"}


def test_a_message_about_no_field_stands_at_what_was_given():
    given = {**SEARCH, "domains": {"blue": {"instances": 4}}}

    assert failures(SearchArgs, given)[0] == {"": "domains: blue must spread its 4 instances evenly over its zones"}


def test_a_choice_is_one_of_those_there_are():
    reason = "it must be one of privileged, baseline, restricted, not a string"

    assert failures(NamespacesArgs, {"levels": {"shop": "open"}})[0] == {"levels.shop": reason}


def test_outputs_stand_where_they_may_wait(declare):
    def program():
        later = pulumi.Output.from_input("known later")
        taken = take(
            CacheArgs, {"network": {**NETWORK, "vpcId": later, "subnetIds": [later, rpc.UNKNOWN]}, "keyArn": later}
        )
        assert (taken.key_arn, taken.network.vpc_id, taken.network.subnet_ids) == (later, later, [later, rpc.UNKNOWN])

    declare(program)


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("description", "secret"),
        ("network", "secret"),
        ("replica", "secret"),
        ("tags", ["secret"]),
        ("network.subnetIds", None),
    ],
)
def test_where_a_secret_may_be_the_engine_is_given_no_path_to_print_it_by(declare, argument, given):
    def program():
        hidden = pulumi.Output.secret("hidden words")
        value = [hidden] if isinstance(given, list) else hidden
        whole = {**CACHE, argument: value} if given else {**CACHE, "network": {**NETWORK, "subnetIds": [hidden]}}
        wrong, message = failures(CacheArgs, whole)
        assert wrong == {}
        assert f"; {argument}: " in message
        assert "hidden words" not in message

    declare(program)


def test_numbers_outside_a_nested_dataclass_are_refused_by_it():
    given = {"place": {**WHERE, "accountId": "12"}, "zones": ["a", "b"], "keyArn": KEY}

    assert failures(NetworkArgs, given)[0] == {"place.accountId": "must be twelve digits, not '12'"}
