"""Stacks, previewed once for every test that only looks at them."""

import pytest

from preview.questions.what_if import apply_changes
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.recordings import planned, previewed


@pytest.fixture(scope="session")
def prod():
    """The whole preview of production: recorded, priced, judged."""
    return previewed("prod")


@pytest.fixture(scope="session")
def prod_with_140_gb():
    """Production if it logged 140 GB a month; not judged."""
    return planned("prod", apply_changes(stack_file("prod"), ["volumes.logGbPerMonth=140"], TODAY))
