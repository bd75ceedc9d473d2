import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.delivery.registry import Registry, RegistryArgs, expiry
from tests.components.given import KEY

REPOSITORY = "aws:ecr/repository:Repository"


def args(**changes):
    given_ = {"repositories": ["till", "shelf"], "keep_images": 50, "untagged_expire_days": 7, "key_arn": KEY}
    return RegistryArgs(**{**given_, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Registry("registry", args()))


def test_what_it_makes(makes):
    assert makes("Registry") == {
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
        "aws:ecr/repository:Repository": 1,
    }


def test_a_tag_cannot_be_moved_and_images_are_encrypted(made):
    for name, repository in made.all(REPOSITORY).items():
        assert repository["name"] == f"registry/{name.removeprefix('registry-')}"
        assert repository["imageTagMutability"] == "IMMUTABLE"
        assert repository["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": KEY}]


def test_no_repository_is_asked_to_scan_because_the_account_does(made):
    assert not [one for one in made.all(REPOSITORY).values() if "imageScanningConfiguration" in one]
    assert not made.names("aws:ecr/registryScanningConfiguration")


def test_a_prefix_is_taken_and_each_name_can_be_asked_for(declare):
    found = []
    made = declare(lambda: found.append(Registry("registry", args(repository_prefix="shop/images")).names))

    assert {one["name"] for one in made.all(REPOSITORY).values()} == {"shop/images/till", "shop/images/shelf"}
    assert found == [{"till": "shop/images/till", "shelf": "shop/images/shelf"}]


def test_every_repository_forgets(made):
    policies = made.all("aws:ecr/lifecyclePolicy:LifecyclePolicy")

    assert policies.keys() == made.all(REPOSITORY).keys()
    assert all(json.loads(policy["policy"]) == expiry(50, 7) for policy in policies.values())


@given(st.integers(min_value=1, max_value=1000), st.integers(min_value=1, max_value=365))
def test_ecr_accepts_the_rules(images, days):
    rules = expiry(images, days)["rules"]
    priorities = [rule["rulePriority"] for rule in rules]

    assert len(set(priorities)) == len(rules)
    assert max(rules, key=lambda rule: rule["rulePriority"])["selection"]["tagStatus"] == "any"
    assert [rule["selection"]["countNumber"] for rule in rules] == [days, images]


@pytest.mark.parametrize("protect", [True, False])
def test_images_are_only_thrown_away_where_nothing_is_protected(declare, protect):
    made = declare(lambda: Registry("registry", args(protect=protect))).made(REPOSITORY)

    assert {(one.protect, one.inputs["forceDelete"]) for one in made} == {(protect, not protect)}


def test_a_repository_is_named_once():
    with pytest.raises(ValueError, match=r"names that differ, not \['till', 'till'\]"):
        args(repositories=["till", "till"])
