"""Stacks, previewed once for every test that only looks at them."""

import pytest

from preview.questions.what_if import apply_changes
from preview.run import preview_stack
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.recordings import once, planned


@pytest.fixture(scope="session")
def prod():
    """The whole preview of production: recorded, priced, judged."""
    return once("a preview of prod", lambda: preview_stack("prod", stack_file("prod"), TODAY))


@pytest.fixture(scope="session")
def prod_with_140_gb():
    """Production if it logged 140 GB a month; not judged."""
    return planned("prod", apply_changes(stack_file("prod"), ["volumes.logGbPerMonth=140"], TODAY))
