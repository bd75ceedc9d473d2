"""Pulumi's inputs become the provider's configuration by its schema alone, but for a few tables; on small schemas."""

import pytest

from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT, make_reference, wrap_secret
from tests.aws.conversion import NAMED, PROPERTIES, TYPES, ConversionError, camel, candidates, configured, plural, snake
from tests.aws.variations import BOOTSTRAP, registered
from tests.security.rows import rows


class Known:
    """A provider that knows one type."""

    def __init__(self, type_, attributes, blocks=()):
        shown = {
            name: {"type": each, "required": False, "optional": True, "computed": False, "deprecated": False}
            for name, each in attributes.items()
        }
        self._schemas = {type_: {"attributes": shown, "blocks": dict(blocks)}}

    def schemas(self, types):
        return {name: self._schemas[name] for name in types if name in self._schemas}


def block(attributes, most):
    shown = {name: {"type": each} for name, each in attributes.items()}
    return {"nesting": "list", "max": most, "attributes": shown, "blocks": {}}


def converted(inputs, attributes, blocks=()):
    made = Registration(urn="urn", type="aws:ec2/vpc:Vpc", name="main", inputs=inputs)
    return configured(Known("aws_vpc", attributes, blocks), [made])[0].config


def test_a_list_is_given_in_the_plural_and_a_single_block_without_its_list():
    blocks = {"rule": block({"days": "number"}, 0), "lifecycle_rule": block({"days": "number"}, 1)}

    config = converted({"rules": [{"days": 1}], "lifecycleRule": {"days": 2}}, {}, blocks)

    assert config == {"rule": [{"days": 1}], "lifecycle_rule": [{"days": 2}]}


def test_what_is_alone_in_a_list_is_put_back_into_it():
    assert converted({"times": "18:30"}, {"times": ["list", "string"]}) == {"times": ["18:30"]}


def test_an_object_in_a_list_follows_its_type():
    type_ = ["set", ["object", {"from_port": "number"}]]

    assert converted({"ingress": [{"fromPort": 1}]}, {"ingress": type_}) == {"ingress": [{"from_port": 1}]}


def test_the_keys_of_a_map_are_the_program_s_own():
    assert converted({"tags": {"managedBy": "us"}}, {"tags": ["map", "string"]}) == {"tags": {"managedBy": "us"}}


def test_a_document_travels_as_text():
    assert converted({"policy": {"Version": "1"}}, {"policy": "string"}) == {"policy": '{"Version": "1"}'}


def test_secrets_are_opened_and_what_is_unknown_stays_unknown():
    inputs = {
        "keyId": wrap_secret("k"),
        "vpcId": UNKNOWN_TEXT,
        "rule": UNKNOWN_TEXT,
        "groupId": make_reference("urn", custom=True),
    }

    config = converted(inputs, dict.fromkeys(("key_id", "vpc_id", "group_id"), "string"), {"rule": block({}, 1)})

    assert config == {"key_id": "k", "vpc_id": UNKNOWN_TEXT, "rule": UNKNOWN_TEXT, "group_id": UNKNOWN_TEXT}


def test_what_has_no_place_is_kept_for_the_provider_to_refuse():
    blocks = {"rule": block({}, 1)}

    assert converted({"aKey": 1, "rule": {"bKey": 2}}, {}, blocks) == {"a_key": 1, "rule": [{"b_key": 2}]}


def test_what_nobody_named_is_named_as_the_bridge_would():
    assert converted({}, {"name": "string"}) == {"name": "main-0a1b2c3"}
    assert converted({"name": "mine"}, {"name": "string"}) == {"name": "mine"}
    assert converted({}, {"arn": "string"}) == {}


def test_a_name_that_the_bridge_could_not_make_is_told():
    made = Registration(urn="urn", type="aws:iam/role:Role", name="r" * 57, inputs={})

    with pytest.raises(ConversionError, match=r"aws_iam_role r{57}: the name that is made for it is longer than 64"):
        configured(Known("aws_iam_role", {"name": "string"}), [made])


@pytest.mark.parametrize(
    ("pulumi", "terraform"),
    [("kmsKeyId", "kms_key_id"), ("s3BucketName", "s3_bucket_name"), ("cidrIpv4", "cidr_ipv4"), ("port", "port")],
)
def test_names_differ_in_their_case(pulumi, terraform):
    assert (snake(pulumi), camel(terraform)) == (terraform, pulumi)


@pytest.mark.parametrize(
    ("one", "many"), [("rule", "rules"), ("policy", "policies"), ("gateway", "gateways"), ("address", "addresses")]
)
def test_more_than_one_is_many(one, many):
    assert plural(one) == many


def test_the_tables_hold_nothing_that_nobody_needs():
    # What is planted is shown to Checkov as a Terraform plan, by the same tables.
    planted = {token for row in rows() for token, _, _ in (*row.bad, *row.twin) if token.startswith("aws:")}
    declared = {
        made.type for name in ("prod", "prod, copies in a second region", BOOTSTRAP) for made in registered(name)
    } | planted
    types = {name for token in declared for name in candidates(token)}

    assert TYPES.keys() <= declared
    assert PROPERTIES.keys() | NAMED.keys() <= types
    for token, name in TYPES.items():
        module, kind = token.removeprefix("aws:").partition(":")[0].split("/")
        assert name not in (f"aws_{module}_{snake(kind)}", f"aws_{snake(kind)}")
