"""The gate over evidence that is made for a test."""

import shutil

import pytest

from model.resource import Resource
from policy.engine.rule import Context
from policy.gates.inputs import ROOT
from policy.gates.rules import evidence_rule
from tests.conftest import TODAY
from tests.policy.gates.made import entered, write

DOCDB = "aws:docdb/cluster:Cluster"
STACK = [Resource(urn="urn", type=DOCDB, name="documents", props={"clusterIdentifier": "alphacar-docdb"})]


@pytest.fixture
def root(tmp_path):
    """The files that the gate reads, free to be changed."""
    shutil.copytree(ROOT / "migration" / "moves", tmp_path / "migration" / "moves")
    return tmp_path


@pytest.fixture
def ask(settings, root):
    """What the gate says of documents in ``state``, as (kind, message), with evidence made by ``write``."""

    def asked(
        state="live",
        stack="prod",
        *,
        evidence=True,
        resources=STACK,
        today=TODAY,
        moves=None,
        changes=None,
        then=None,
        **spoilt,
    ):
        moved = {"documents": moves or entered(state)}
        judged = settings(stack, {"moves": moved, **(changes or {})})
        if evidence:
            write(root, settings(stack, {"moves": moved}), "documents", state, **spoilt)
        if then:
            then(root)
        context = Context(settings=judged, today=today)
        return [(found.kind, found.message) for found in evidence_rule(root).check(resources, context)]

    return asked
