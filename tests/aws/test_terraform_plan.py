"""The plan that benchmarks/terraform_plan.py makes without the provider is the one that its schemas ask for."""

import pytest

from benchmarks.terraform_plan import arguments, terraform_type
from model.resource import UNKNOWN
from preview.simulate.wire import is_unknown
from tests.aws.conversion import DIGITS, configured
from tests.aws.variations import PROGRAMS, registered


def told(value):
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    if isinstance(value, list):
        return [told(item) for item in value]
    return UNKNOWN if is_unknown(value) else value


@pytest.mark.parametrize("variation", PROGRAMS)
def test_arguments_are_named_and_nested_as_the_provider_s_schema_has_them(provider, variation):
    made = registered(variation)
    asked = configured(provider, made)
    # What the bridge names by itself is nothing that the program gives.
    given = [
        {key: value for key, value in told(each.config).items() if not str(value).endswith(DIGITS)} for each in asked
    ]

    assert [terraform_type(each.type) for each in made] == [each.type for each in asked]
    assert [arguments(each.resource()) for each in made] == given
