"""The committed table of workloads, which tests without charts go by, is what the charts render."""

from __future__ import annotations

from tests.charts.workloads import TABLE, written


def test_the_table_of_workloads_is_what_the_charts_render():
    assert TABLE.read_text(encoding="utf-8") == written(), "python -m tests.charts.workloads writes it anew"
