"""Which day counts: the present one, and another only in a preview that was asked as of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from model import type_tokens
from policy.engine import pulumi_pack
from preview.packs.runner import Packs
from preview.run import PROJECT, ROOT
from preview.simulate.recorder import record
from stacks.clock import AS_OF, as_of, today
from stacks.load import stack_file
from stacks.owners import STANDING, Base
from tests.conftest import TODAY as JUDGED
from tests.recordings import recording

LONG_AGO, LATER = date(2020, 2, 29), date(2027, 7, 1)


def present():
    return datetime.now(tz=UTC).date()


@pytest.mark.parametrize("variable", ["LANDING_TODAY", "TODAY"])
def test_no_variable_says_which_day_it_is(monkeypatch, variable):
    monkeypatch.setenv(variable, LONG_AGO.isoformat())

    assert today() == present()


def test_a_day_lasts_as_long_as_what_is_done_as_of_it():
    with as_of(LONG_AGO):
        assert today() == LONG_AGO
        assert today("2026-11-23") == date(2026, 11, 23)
    assert today() == present()


@pytest.mark.parametrize("given", ["yesterday", "2026-02-30", "26-11-23", "2026-11-23 ", "١٩٩٩-01-01"])
def test_what_is_no_day_is_refused(given):
    with pytest.raises(ValueError, match=r"^--today: .* is refused; "):
        today(given)


def test_a_program_that_is_recorded_is_told_the_day():
    seen = []

    with as_of(LATER):
        record(lambda: seen.append(today()), project=PROJECT, stack="dev", config={})

    assert seen == [LATER]


@pytest.mark.parametrize(("dry_run", "day"), [(True, LONG_AGO), (False, None)])
def test_only_a_preview_can_be_as_of_another_day(monkeypatch, dry_run, day):
    monkeypatch.setenv("PULUMI_DRY_RUN", str(dry_run).lower())

    assert pulumi_pack.context({AS_OF: LONG_AGO.isoformat()}).today == (day or present())
    assert pulumi_pack.context({}).today == present()


def test_packs_judge_as_of_the_day_they_are_configured_with_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("LANDING_TODAY", "2026-11-23")
    file = stack_file("dev")
    guardrails = [ROOT / "policy" / "guardrails"]
    whole = recording("dev", file.config, file.secret_keys)
    few = [made for made in whole.registrations if made.type in (type_tokens.PULUMI_STACK, type_tokens.EKS_CLUSTER)]

    with Packs(guardrails, project=PROJECT, stack="dev", config=file.config, today=LATER) as packs:
        found = packs.judge(replace(whole, registrations=tuple(few)))

    (api,) = [finding for finding in found if finding.policy == "cluster-api-is-private"]
    assert api.level == "mandatory"
    assert "expired on 2027-06-30" in api.message


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_a_preview_is_told_of_a_base(monkeypatch, dry_run):
    monkeypatch.setenv("PULUMI_DRY_RUN", str(dry_run).lower())
    base = Base(owners=frozenset({"platform"}), waivers=((),))

    assert pulumi_pack.context({STANDING: base.text()}).base == (base if dry_run else None)


@pytest.mark.parametrize(("stands", "level"), [(True, "advisory"), (False, "mandatory")])
def test_packs_judge_by_the_waivers_of_the_base(stands, level):
    file = stack_file("prod")
    whole = recording("prod", file.config, file.secret_keys)
    few = [made for made in whole.registrations if made.type in (type_tokens.PULUMI_STACK, type_tokens.EKS_CLUSTER)]
    base = Base(owners=frozenset({"platform"}), waivers=(file.settings.exceptions if stands else (),))
    guardrails = [ROOT / "policy" / "guardrails"]

    with Packs(guardrails, project=PROJECT, stack="prod", config=file.config, today=JUDGED, base=base) as packs:
        found = packs.judge(replace(whole, registrations=tuple(few)))

    (api,) = [finding for finding in found if finding.policy == "cluster-api-is-private"]
    assert (api.level, api.waived) == (level, stands)
    assert ("counts once it stands on the base revision" in api.message) is not stands
