"""The schema that editors use says the same as the loader."""

import json

import jsonschema
import pytest
import yaml

from stacks.load import FOLDER, stack_names
from stacks.schema import TARGET, schema


def test_the_written_schema_is_fresh():
    assert json.loads(TARGET.read_text()) == json.loads(json.dumps(schema()))


@pytest.mark.parametrize("stack", stack_names())
def test_a_stack_file_names_the_schema_first_and_satisfies_it(stack):
    text = (FOLDER / f"Pulumi.{stack}.yaml").read_text()
    document = yaml.load(text, Loader=_Text)

    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(document, schema())


def test_the_schema_refuses_an_unknown_key():
    document = yaml.load((FOLDER / "Pulumi.dev.yaml").read_text(), Loader=_Text)
    document["config"]["landing:network"]["natCount"] = 1

    with pytest.raises(jsonschema.ValidationError, match="natCount"):
        jsonschema.validate(document, schema())


class _Text(yaml.SafeLoader):
    """Dates stay text, as in the engine."""


_Text.yaml_implicit_resolvers = {
    key: [rule for rule in rules if "timestamp" not in rule[0]]
    for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
