"""Dashboards as files: what Grafana would only show by an empty panel."""

from __future__ import annotations

from itertools import combinations

import pytest

from landing.names import CACHE, DOCUMENTS
from policy.ledger.decide import LOG_GB_PER_MONTH, TRACES_PER_MONTH

SOURCES = {"prometheus": "prometheus", "cloudwatch": "cloudwatch"}


def test_there_is_a_dashboard_for_each_question(dashboards):
    assert set(dashboards) == {"cluster", "data-services", "backups", "decision-volumes", "spend"}


def test_a_dashboard_keeps_its_address(dashboards):
    assert {name: dashboard["uid"] for name, dashboard in dashboards.items()} == {
        name: f"alphacar-{name}" for name in dashboards
    }


def test_panels_are_numbered_in_order_and_do_not_overlap(dashboards):
    for name, dashboard in dashboards.items():
        assert [panel["id"] for panel in dashboard["panels"]] == list(range(1, len(dashboard["panels"]) + 1)), name
        for one, other in combinations((panel["gridPos"] for panel in dashboard["panels"]), 2):
            apart_x = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            apart_y = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
            assert apart_x or apart_y, (name, one, other)


def test_only_known_data_sources_are_asked(panels):
    for name, panel in panels:
        if panel["type"] != "text":
            assert SOURCES[panel["datasource"]["uid"]] == panel["datasource"]["type"], (name, panel["title"])


def test_every_panel_says_what_produces_its_metrics(panels, metrics, exporters):
    of = {metric: name for name, entry in exporters["prometheus"].items() for metric in entry["metrics"]}

    for name, panel in panels:
        if panel["type"] == "text":
            assert panel["description"].endswith("none; it is text."), (name, panel["title"])
        elif panel["datasource"]["uid"] == "prometheus":
            read = {of[metric] for target in panel["targets"] for metric in metrics(target["expr"])}
            assert all(panel["description"].startswith(f"Exporter: {exporter}") for exporter in read), panel["title"]
        else:
            spaces = {target["namespace"] for target in panel["targets"]}
            assert all(f"CloudWatch namespace: {space}" in panel["description"] for space in spaces), panel["title"]


def test_cloudwatch_is_asked_where_it_keeps_the_metric(panels, exporters):
    for _, panel in panels:
        for target in panel.get("targets", []):
            if "namespace" in target:
                assert target["region"] == exporters["cloudwatch"][target["namespace"]].get("region", "default")


@pytest.mark.parametrize(("what", "line"), [("Logs", LOG_GB_PER_MONTH * 10**9), ("Traces", TRACES_PER_MONTH)])
def test_a_decision_s_volume_is_drawn_with_the_guide_s_line(dashboards, what, line):
    drawn = [panel for panel in dashboards["decision-volumes"]["panels"] if panel["title"].startswith(what)]

    assert len(drawn) == 2
    for panel in drawn:
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["thresholds"]["steps"][-1]["value"] == line
        assert defaults["custom"]["thresholdsStyle"]["mode"] == "line"


def test_the_stores_that_are_drawn_are_the_stores_that_are_built(panels):
    drawn = [
        target["dimensions"] for _, panel in panels for target in panel.get("targets", []) if "namespace" in target
    ]

    assert {name for of in drawn for name in of.get("DBClusterIdentifier", [])} == {DOCUMENTS}
    assert all(name in ("*", f"{CACHE}-001") for of in drawn for name in of.get("CacheClusterId", []))
