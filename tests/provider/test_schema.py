"""The schema says of each component what its dataclass says: names, types, what is required, defaults, and words."""

import dataclasses
import inspect
import json

import pytest

import components
from provider import hints, words
from provider.generate import FILE, text
from provider.offered import offered
from provider.schema import schema

OFFERED = [
    "Account",
    "Alarms",
    "Audit",
    "Bucket",
    "Budgets",
    "Cache",
    "Cluster",
    "CostExplorer",
    "Database",
    "Detection",
    "Documents",
    "Firewall",
    "Keys",
    "Namespaces",
    "Network",
    "Pushers",
    "Registry",
    "RegistryReplication",
    "RegistryScanning",
    "RestoreTesting",
    "Search",
    "SearchLinkedRole",
    "TraceEncryption",
    "TrailAlarms",
    "Vaults",
    "Vpn",
]
#: What the others cannot be declared without, and no other language can send: a provider, or another component.
HELD = {"ClusterAccess", "Namespace", "Cluster", "Database"}


@pytest.fixture(scope="module")
def package():
    return schema()


def inputs(package, name):
    return package["resources"][f"alphacar:index:{name}"]["inputProperties"]


def test_the_committed_schema_is_fresh():
    assert FILE.read_text() == text(), "run .venv/bin/python -m provider.generate"


def test_what_is_left_out_needs_what_no_other_language_can_send(package):
    assert [token.rpartition(":")[2] for token in package["resources"]] == OFFERED
    for name in components.__all__:
        public = getattr(components, name)
        if name in OFFERED or not hasattr(public, "register_outputs"):
            continue
        taken = inspect.get_annotations(inspect.get_annotations(public.__init__, eval_str=True)["args"], eval_str=True)
        assert {getattr(hint, "__name__", "") for hint in taken.values()} & HELD, name


def test_a_cache_in_full(package):
    cache = package["resources"]["alphacar:index:Cache"]

    assert cache["requiredInputs"] == ["keyArn", "network"]
    assert inputs(package, "Cache")["keyArn"] == {
        "type": "string",
        "description": "The KMS key that everything here rests under.",
    }
    assert inputs(package, "Cache")["replicas"] == {
        "type": "integer",
        "plain": True,
        "description": "`replicas` are nodes beside the primary, each at its full price.",
        "default": 1,
    }
    assert inputs(package, "Cache")["network"]["$ref"] == "#/types/alphacar:index:StoreNetwork"
    assert inputs(package, "Cache")["tags"]["additionalProperties"] == {"type": "string", "plain": True}
    assert inputs(package, "Cache")["protect"]["default"] is True
    assert cache["properties"]["clientStatement"]["additionalProperties"] == {"$ref": "pulumi.json#/Any"}
    assert cache["required"] == ["clientStatement", "endpoint", "replicationGroupId", "securityGroupId", "uri"]
    assert "cluster mode is not offered" in cache["description"]


def test_a_network_is_plain_but_for_what_others_make(package):
    network = package["types"]["alphacar:index:StoreNetwork"]

    assert network["required"] == ["clientSecurityGroupId", "subnetIds", "vpcId"]
    assert network["properties"]["vpcId"] == {"type": "string"}
    assert network["properties"]["subnetIds"] == {"type": "array", "items": {"type": "string"}, "plain": True}


def test_mappings_of_sizes_keep_their_type(package):
    assert inputs(package, "Search")["domains"]["additionalProperties"] == {
        "$ref": "#/types/alphacar:index:DomainSize",
        "plain": True,
    }
    assert "after" not in inputs(package, "Search")


def test_a_choice_is_told(package):
    assert inputs(package, "Namespaces")["levels"]["description"].endswith("One of privileged, baseline, restricted.")


@pytest.mark.parametrize("name", [name for name in OFFERED if offered()[f"alphacar:index:{name}"].arguments])
def test_required_and_defaults_are_the_dataclass_s(package, name):
    fields = {
        hints.camel(field.name): field for field in dataclasses.fields(offered()[f"alphacar:index:{name}"].arguments)
    }
    resource = package["resources"][f"alphacar:index:{name}"]

    assert resource["requiredInputs"] == sorted(
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    for argument, written in resource["inputProperties"].items():
        default = fields[argument].default
        assert written.get("default") == (default if isinstance(default, str | int) else None), argument


def test_every_reference_leads_somewhere_and_no_python_is_left_in_the_words(package):
    written = json.dumps(package)
    references = {part.partition('"')[0] for part in written.split('"#/types/')[1:]}

    assert references == set(package["types"])
    assert "``" not in written
    assert ":class:" not in written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("``subnet_ids`` of the VPC", "`subnetIds` of the VPC"),
        ("``NAME-app`` and ``admin``", "`NAME-app` and `admin`"),
        ("see :class:`~components.account.baseline.SearchLinkedRole`.", "see `SearchLinkedRole`."),
    ],
)
def test_words_are_markdown_with_names_of_other_languages(said, written):
    @dataclasses.dataclass
    class Said:
        #: placeholder
        field: str

    Said.__doc__ = said

    assert words.document(Said) == written
    assert words.of_fields(Said) == {"field": "placeholder"}
