"""The ledger holds what the guide says, row by row."""

from collections import Counter
from decimal import Decimal
from typing import get_args

import pytest

from policy.ledger.rows import BY_CAPABILITY, ROWS
from stacks.section import Capability

#: The guide's table: row, capability, verdict, phase, claim after (low, high).
GUIDE = [
    (1, "documents", "replace", 2, (356, 356)),
    (2, "cache", "replace", 2, (40, 40)),
    (3, "search", "replace", 2, (150, 150)),
    (4, "workflow", "replace", 3, (60, 90)),
    (5, "registry", "replace", 1, (35, 35)),
    (6, "secrets", "replace", 1, (29, 29)),
    (7, "agent", "replace", 1, (0, 0)),
    (8, "metrics", "keep", None, (270, 270)),
    (9, "dashboards", "keep", None, (165, 165)),
    (10, "logs", "conditional", 3, (78, 78)),
    (11, "traces", "conditional", 3, (25, 50)),
    # The guide puts the mesh in no phase; it is decided with the architecture.
    (12, "mesh", "conditional", 3, (0, 0)),
    (13, "admission", "keep", None, None),
    (14, "volumes", "replace", 4, None),
    (15, "backup", "keep", 4, None),
    (16, "platform", "replace", None, None),
]


@pytest.mark.parametrize(("number", "capability", "verdict", "phase", "after"), GUIDE)
def test_a_row_says_what_the_guide_says(number, capability, verdict, phase, after):
    row = BY_CAPABILITY[capability]

    assert (row.number, row.verdict, row.phase) == (number, verdict, phase)
    assert (row.after and (row.after.usd_low, row.after.usd_high)) == after


def test_there_is_exactly_one_row_a_capability():
    assert [row.capability for row in ROWS] == [entry[1] for entry in GUIDE]
    assert {row.capability for row in ROWS} == set(get_args(Capability))


def test_the_guide_s_total_of_1123_is_the_sum_of_eight_rows():
    counted = ("documents", "cache", "search", "logs", "registry", "secrets", "metrics", "dashboards")

    assert sum(BY_CAPABILITY[name].after.usd_low for name in counted) == Decimal(1123)


def test_no_form_belongs_to_two_systems():
    systems = {system.slug: system for row in ROWS for system in (row.incumbent, *row.rejected)}
    forms = Counter(
        (kind, form)
        for system in systems.values()
        for kind in ("types", "charts", "images", "kinds", "provisioners")
        for form in getattr(system.forms, kind)
    )

    assert [form for form, times in forms.items() if times > 1] == []


#: The guide's table: what staying costs and on which basis, and what each side is called in results.
BEFORE = [
    (
        "documents",
        "mongodb",
        "documentdb",
        [(1383, 1383, "with new hardware"), (550, 550, "operating only")],
        "as claimed",
    ),
    ("cache", "redis", "elasticache", [(110, 110, "operating only")], "as claimed"),
    ("search", "elasticsearch", "opensearch", [(150, 150, "operating only")], "as claimed"),
    ("workflow", "kafka", "airflow", [(50, 80, "as claimed")], "as claimed"),
    ("registry", "harbor", "ecr", [(190, 190, "instance and operating")], "storage only"),
    ("secrets", "sealed-secrets", "secrets-manager", [(100, 100, "staff time")], "10 secrets"),
    ("agent", "alloy", "cloudwatch-agent", [(20, 30, "instance")], "as claimed"),
    ("metrics", "prometheus", "prometheus", [(270, 270, "as claimed")], "as claimed"),
    ("dashboards", "grafana", "grafana", [(165, 165, "as claimed")], "as claimed"),
    ("logs", "loki", "cloudwatch-logs", [(175, 175, "at 100 GB")], "at 100 GB"),
    ("traces", "tempo", "xray", [(115, 115, "as claimed")], "free tier included"),
    ("mesh", "istio", "none", [(0, 0, "software")], "software"),
    ("admission", "kyverno", "kyverno", [], None),
    ("volumes", "longhorn", "ebs", [], None),
    ("backup", "velero", "velero-s3", [], None),
    ("platform", "on-premises", "eks", [], None),
]


@pytest.mark.parametrize(("capability", "incumbent", "target", "before", "basis"), BEFORE)
def test_a_row_claims_what_the_guide_claims_on_its_basis(capability, incumbent, target, before, basis):
    row = BY_CAPABILITY[capability]

    assert (row.incumbent.slug, row.target.slug) == (incumbent, target)
    assert [(claim.usd_low, claim.usd_high, claim.basis) for claim in row.before] == before
    assert (row.after and row.after.basis) == basis


@pytest.mark.parametrize(
    ("rejected", "row"),
    [("msk", "workflow"), ("amp", "metrics"), ("amg", "dashboards"), ("app-mesh", "mesh"), ("gatekeeper", "admission")],
)
def test_an_option_that_the_guide_turned_down_is_refused_in_its_row(rejected, row):
    assert [system.slug for system in BY_CAPABILITY[row].rejected] == [rejected]
