"""A rule that names what does not exist never fires, and nothing says so: every name is held against its source."""

import re
from pathlib import Path

import pulumi_aws as aws
import pytest
import yaml

from components import charts
from policy.ledger.requirements import REQUIRED
from policy.ledger.row import FORM_NAMES
from policy.ledger.rows import ROWS

TABLE = yaml.safe_load((Path(__file__).parent / "forbidden_names.yaml").read_text())


def test_every_forbidden_prefix_is_a_module_of_the_sdk():
    prefixes = {name for row in ROWS for system in (row.incumbent, *row.rejected) for name in system.forms.types}

    assert prefixes
    assert all(hasattr(aws, prefix.removeprefix("aws:").rstrip("/")) for prefix in prefixes)


#: Types have no line in the table: their source is the SDK that is installed (above), and no memory of it.
@pytest.mark.parametrize("form", [form for form in FORM_NAMES if form != "types"])
def test_the_ledger_refuses_exactly_the_names_of_the_dated_table(form):
    refused = {
        system.slug: set(getattr(system.forms, form))
        for row in ROWS
        for system in (row.incumbent, *row.rejected)
        if getattr(system.forms, form)
    }
    listed = {slug: set(forms[form]["names"]) for slug, forms in TABLE["systems"].items() if form in forms}

    assert refused == listed


def test_no_type_is_written_a_second_time():
    assert [slug for slug, forms in TABLE["systems"].items() if "types" in forms] == []


def test_every_listed_name_has_a_source_and_says_how_sure_it_is():
    for forms in TABLE["systems"].values():
        for entry in forms.values():
            assert entry["source"]
            assert entry["confidence"] in ("read", "recalled")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", TABLE["checked_on"])


def test_required_charts_are_ones_that_the_program_releases():
    released = {value.name for value in vars(charts).values() if isinstance(value, charts.Chart)}
    wanted = {
        check.value
        for requirements in REQUIRED.values()
        for requirement in requirements
        for check in requirement.where
        if check.path == ("chart",)
    }

    assert wanted
    assert wanted <= released


def test_no_chart_that_the_program_releases_is_refused_where_it_is_chosen():
    released = {value.name for value in vars(charts).values() if isinstance(value, charts.Chart)}
    refused = {name for row in ROWS for system in row.rejected for name in system.forms.charts}

    assert not released & refused
