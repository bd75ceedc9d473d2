"""Production, previewed once for every test that only looks at it."""

import os

import pytest

from policy.clock import VARIABLE
from preview.run import planned, preview
from preview.whatif import changed
from stacks.load import stack_file
from tests.conftest import TODAY


@pytest.fixture(scope="session")
def prod():
    """The whole preview of production: recorded, priced, judged."""
    with _the_day_left_alone():
        return preview("prod", stack_file("prod"), TODAY)


@pytest.fixture(scope="session")
def prod_with_140_gb():
    """Production if it logged 140 GB a month; not judged."""
    with _the_day_left_alone():
        return planned("prod", changed(stack_file("prod"), ["volumes.logGbPerMonth=140"], TODAY), TODAY)


class _the_day_left_alone:  # noqa: N801 - reads as a sentence where it is used
    """A preview sets the day for its packs; the tests that come after have their own."""

    def __enter__(self):
        self.before = os.environ.get(VARIABLE)

    def __exit__(self, *_):
        os.environ.pop(VARIABLE, None)
        if self.before is not None:
            os.environ[VARIABLE] = self.before
