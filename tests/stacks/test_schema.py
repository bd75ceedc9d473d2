"""The schema that editors use says the same as the loader."""

import json

import jsonschema
import pytest

from stacks.document import read_document as read
from stacks.environments import FOLDER, stack_names
from stacks.schema import TARGET, build_schema


def test_the_written_schema_is_fresh():
    assert json.loads(TARGET.read_text()) == json.loads(json.dumps(build_schema()))


@pytest.mark.parametrize("stack", stack_names())
def test_a_stack_file_names_the_schema_first_and_satisfies_it(stack):
    text = (FOLDER / f"Pulumi.{stack}.yaml").read_text()
    document = read(FOLDER / f"Pulumi.{stack}.yaml")

    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(document, build_schema())


def test_the_schema_refuses_an_unknown_key():
    document = read(FOLDER / "Pulumi.dev.yaml")
    document["config"]["landing:network"]["natCount"] = 1

    with pytest.raises(jsonschema.ValidationError, match="natCount"):
        jsonschema.validate(document, build_schema())
