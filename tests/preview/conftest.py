"""Production, previewed once for every test that only looks at it."""

import pytest

from preview.questions.what_if import changed
from preview.run import planned, preview
from stacks.load import stack_file
from tests.conftest import TODAY


@pytest.fixture(scope="session")
def prod():
    """The whole preview of production: recorded, priced, judged."""
    return preview("prod", stack_file("prod"), TODAY)


@pytest.fixture(scope="session")
def prod_with_140_gb():
    """Production if it logged 140 GB a month; not judged."""
    return planned("prod", changed(stack_file("prod"), ["volumes.logGbPerMonth=140"], TODAY), TODAY)
