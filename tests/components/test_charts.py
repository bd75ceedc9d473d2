"""One table of charts and add-ons: each is pinned once, and what was read of it was read in the version that runs."""

import hashlib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from components import charts
from components.release import VALUES, chart_values
from policy.capacity.addons import ADDONS
from tests.charts import pull

ROOT = Path(__file__).parents[2]
CHARTS = [chart for chart in vars(charts).values() if isinstance(chart, charts.Chart)]
#: Where a version would stand a second time. What a source said once (model/lifecycle, policy/guide) stays said.
TABLES = ("components", "observability", "model/charts.py", "policy/capacity", "pricing/kubernetes", "landing")
VERSION = re.compile(r"\d+\.\d+\.\d+")


def test_the_table_is_plain_data_for_readers_that_know_no_sdk():
    asked = "import sys, components.charts; print([name for name in sys.modules if name.startswith('pulumi')])"
    answer = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_is_pinned_exactly_and_comes_from_its_present_home(chart):
    assert VERSION.fullmatch(chart.version)
    assert date.fromisoformat(chart.checked_on)
    # Its index still serves Grafana, Loki and Tempo of the lineage that has ended.
    assert "grafana.github.io" not in chart.repository


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_what_hangs_on_a_chart_was_read_in_the_version_that_is_pinned(chart):
    assert chart.read_at == chart.version, (
        f"{chart.name} is pinned at {chart.version}, and what hangs on it was read in {chart.read_at}: compare both for "
        "components/values/, model/charts.py (pods, requests, disks), observability/exporters.yaml (monitors) and "
        "tools/kube/crds/go.mod, run make charts, then set read_at (docs/upgrading.md, Charts)"
    )


def test_every_archive_whose_checksum_is_written_down_is_of_a_pinned_version():
    assert len(pull.sums()) == 8
    assert set(pull.sums()) <= {f"{chart.name}-{chart.version}.tgz" for chart in CHARTS}
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pull.sums().values())


def test_an_archive_that_is_another_one_than_is_written_down_is_refused(tmp_path, monkeypatch, capsys):
    chart, other = tmp_path / "velero-12.1.0.tgz", tmp_path / "another-1.tgz"
    for path in (chart, other, tmp_path / "helm"):
        path.write_bytes(b"something else")
    monkeypatch.setattr(pull, "HELM", tmp_path / "helm")
    monkeypatch.setattr(pull, "absent", list)
    monkeypatch.setattr(pull, "pinned", lambda: [("another", "1", ""), ("velero", "12.1.0", "")])
    monkeypatch.setenv("CHARTS_DIR", str(tmp_path))

    assert pull.main() == 2
    assert capsys.readouterr().err == (
        f"error: {chart} is not what tests/charts/archives.sha256 lists; allowed beside that is an unpacked chart\n"
    )

    sums = tmp_path / "archives.sha256"
    sums.write_text(f"# as read\n{hashlib.sha256(b'something else').hexdigest()}  velero-12.1.0.tgz\n")
    monkeypatch.setattr(pull, "SUMS", sums)

    assert pull.main() == 0


def test_add_ons_are_pinned_to_a_build():
    assert all(re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", version) for version in charts.ADDON_VERSIONS.values())


@pytest.mark.parametrize(("name", "read_at"), charts.ADDONS_READ_AT.items())
def test_what_an_add_on_s_pods_request_was_read_in_the_version_that_is_pinned(name, read_at):
    version = charts.ADDON_VERSIONS[name].partition("-eksbuild")[0]

    assert version == read_at, (
        f"{name} is pinned at {version}, and its pods were read in {read_at}: compare both for "
        "policy/capacity/addons.py and the values that components give it, then set ADDONS_READ_AT"
    )
    assert not VERSION.search(ADDONS[name].source), "the version stands in components/charts.py alone"


def test_a_chart_s_version_is_written_nowhere_else():
    pinned = re.compile(rf"(?<![\d.])({'|'.join(re.escape(chart.version) for chart in CHARTS)})(?![\d.])")
    files = [
        path for place in TABLES for path in ((ROOT / place).rglob("*") if (ROOT / place).is_dir() else [ROOT / place])
    ]

    again = {
        f"{path.relative_to(ROOT)}: {found[1]}"
        for path in files
        if path.suffix in (".py", ".yaml", ".md") and path != Path(charts.__file__)
        for found in pinned.finditer(path.read_text())
    }
    assert again == set()


@pytest.mark.parametrize("path", sorted(VALUES.glob("*.yaml")), ids=lambda path: path.stem)
def test_values_are_a_pinned_chart_s(path):
    assert path.stem.removeprefix("istio-") in {chart.name for chart in CHARTS}
    assert chart_values(path.stem)
