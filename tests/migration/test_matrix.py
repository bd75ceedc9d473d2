"""The table of rehearsals is whole: every failure is tested or said not to apply, by tests that exist."""

import pytest

from tests.rehearsal.table import EVERYWHERE, FAILURES, LEAST, PAGE, REHEARSED, exists, page, rows


@pytest.mark.parametrize("capability", REHEARSED)
def test_every_failure_has_a_test_or_a_reason(capability):
    found = rows(capability)
    tested = [number for number, row in found.items() if "test" in row]

    assert sorted(found) == sorted(FAILURES)
    assert set(EVERYWHERE) <= set(tested)
    assert len(tested) >= LEAST
    assert all(exists(found[number]["test"]) for number in tested)
    assert all(len(row["notApplicable"]) > 20 for number, row in found.items() if number not in tested)


def test_the_page_is_what_the_table_says():
    assert PAGE.read_text() == page()
