"""The table of metrics against everything that uses one, both ways."""

from __future__ import annotations

from datetime import date

from landing.observability import read_watches


def test_the_table_lists_every_scraped_metric_in_use_and_no_other(rules, panels, metrics, exporters):
    used = set().union(*(metrics(rule["expr"]) for rule in rules))
    for _, panel in panels:
        for target in panel.get("targets", []):
            used |= metrics(target.get("expr", ""))

    assert used == {metric for entry in exporters["prometheus"].values() for metric in entry["metrics"]}


def test_the_table_lists_every_cloudwatch_metric_in_use_and_no_other(panels, exporters):
    used = {watch.metric for watch in read_watches()}
    for _, panel in panels:
        for target in panel.get("targets", []):
            if "namespace" in target:
                used.add(f"{target['namespace']}/{target['metricName']}")

    listed = {f"{space}/{metric}" for space, entry in exporters["cloudwatch"].items() for metric in entry["metrics"]}
    assert used == listed


def test_a_metric_has_one_exporter(exporters):
    listed = [metric for entry in exporters["prometheus"].values() for metric in entry["metrics"]]

    assert len(listed) == len(set(listed))


def test_every_entry_is_dated_and_sourced(exporters):
    assert isinstance(exporters["checked_on"], date)
    for entry in [*exporters["prometheus"].values(), *exporters["cloudwatch"].values()]:
        assert entry["source"]
        assert ("monitor" in entry) is (entry in exporters["prometheus"].values())
        assert entry["metrics"] == sorted(entry["metrics"])
