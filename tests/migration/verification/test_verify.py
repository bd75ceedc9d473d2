"""The command: what it writes, what it replaces, and how it ends."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from migration.commands import app
from migration.verification import afterwards, kit, verify
from migration.verification.stores import StoreError, Stores
from policy.gates.evidence import Side, read_evidence

#: One that dev's cluster admits.
ACCOUNT = "111122223333"
SIDE = {"address": "https://search.data.svc:9200", "name": "search"}


def side(identity):
    return Side.model_validate(
        {"system": "Search", "name": "search", "host": f"{identity}:1", "version": "1", "identity": identity}
    )


class World:
    """Two stores by name, as a kit would read them."""

    def __init__(self):
        self.source = {"vehicles": 3}
        self.target = {"vehicles": 3}
        self.breaks = False
        self.account = ACCOUNT
        self.identity = "uuid-2"

    @contextmanager
    def connect(self, *_):
        names = ("counts", "digests", "mappings", "aliases")
        made = {
            "sides": (side("uuid-1"), side(self.identity)),
            "tools": {"opensearch-py": "3.2.0"},
            "requirements": lambda: kit.by_item("requirements", {"version": 1}, {"version": 1}),
            "health": lambda: kit.by_item("health", {"alarms-search-red": 0}, {"alarms-search-red": 0}),
            "compare": lambda: self.compare(names),
        }
        yield SimpleNamespace(**made)

    def compare(self, names):
        for name in names:
            differences = kit.Differences()
            for key in self.source.keys() ^ self.target.keys():
                differences.add(key)
            yield kit.by_item(name, self.source, self.target, differences=differences.told)
            if self.breaks:
                raise StoreError("search.data.svc:9200: the connection was cut")


@pytest.fixture
def world(monkeypatch):
    made = World()
    found = SimpleNamespace(STORES=Stores, LIBRARIES=(), connect=made.connect)
    monkeypatch.setattr(verify, "kit_of", lambda capability: found)
    monkeypatch.setattr(verify, "_account", lambda: made.account)
    return made


@pytest.fixture
def ask(tmp_path):
    stores = tmp_path / "stores.yaml"
    stores.write_text(json.dumps({"source": SIDE, "target": SIDE}))

    def run(*options, step="precheck", where=tmp_path):
        shown = ["verify", "dev", "search", "--step", step, "--stores", str(stores), "--gates", str(where), *options]
        return CliRunner().invoke(app, shown, standalone_mode=False)

    return run


def written(tmp_path, step="precheck"):
    return read_evidence(tmp_path / "gates" / "dev" / "search" / f"{step}.json")


def code(result):
    return result.exception.code if isinstance(result.exception, SystemExit) else result.return_value


def test_equal_stores_leave_evidence_and_a_chain(world, ask, tmp_path):
    assert code(ask()) == 0
    assert code(ask(step="verify")) == 0

    found = written(tmp_path, "verify")
    assert found.previous == written(tmp_path).to_approve
    assert found.account == ACCOUNT
    assert [each.name for each in found.comparisons] == ["counts", "digests", "mappings", "aliases"]


def test_what_the_gate_would_refuse_is_refused_at_once(world, ask, tmp_path):
    world.account = "123456789012"
    result = ask()
    assert code(result) == 1
    assert "refused: is of account 123456789012; the stack's cluster admits 111122223333" in result.output

    world.account = ACCOUNT
    assert code(ask()) == 0
    world.identity = "uuid-of-another-target"
    result = ask(step="verify")
    assert code(result) == 1
    assert "refused: is of another target, uuid-of-another-target; the move began with" in result.output


def test_stores_that_differ_end_with_1_and_the_delta_is_named(world, ask, tmp_path):
    ask()
    world.target = {"vehicles": 3, "strangers": 1}
    result = ask(step="verify")

    assert code(result) == 1
    assert "counts: DIFFERENT, 1 of 1 compared\n  strangers\n" in result.output
    assert "refused: counts: strangers is nothing at the source and 1 at the target" in result.output


def test_an_empty_source_is_refused_though_both_are_equal(world, ask):
    ask()
    world.source = world.target = {"vehicles": 0}
    result = ask(step="verify")

    assert code(result) == 1
    assert "refused: counts: the source is empty, and an empty target equals it: that cannot fail" in result.output


def test_a_store_that_breaks_off_ends_with_2_and_writes_nothing(world, ask, tmp_path):
    ask()
    world.breaks = True
    result = ask(step="verify")

    assert code(result) == 2
    assert "error: search.data.svc:9200: the connection was cut" in result.output
    assert not (tmp_path / "gates" / "dev" / "search" / "verify.json").exists()


def test_a_step_before_its_time_is_refused_before_anything_is_read(world, ask):
    world.breaks = True
    result = ask(step="verify")

    assert code(result) == 2
    assert "gates/dev/search/precheck.json cannot be read" in result.output


def test_approved_evidence_is_not_replaced_unasked(world, ask, tmp_path):
    ask()
    path = tmp_path / "gates" / "dev" / "search" / "precheck.json"
    content = json.loads(path.read_text())
    content["approval"] = {"by": "kim", "ticket": "OPS-1", "on": "2026-11-20", "of": f"sha256:{'0' * 64}"}
    path.write_text(json.dumps(content))

    result = ask()
    assert code(result) == 2
    assert "is approved; --replace makes it anew" in result.output
    assert written(tmp_path).approval is not None
    assert code(ask("--replace")) == 0
    assert written(tmp_path).approval is None


def test_a_rehearsal_writes_nothing_and_an_output_is_read_elsewhere(world, ask, tmp_path):
    assert code(ask("--rehearse")) == 0
    shown = ask("--output", "-")

    assert not (tmp_path / "gates").exists()
    assert json.loads(shown.stdout)["step"] == "precheck"


def test_a_soak_lasts_from_the_cut_over(world, ask, tmp_path):
    for step in ("precheck", "verify", "cut-over", "soak"):
        ask(step=step)

    assert written(tmp_path, "soak").started == written(tmp_path, "cut-over").ended
    assert [each.name for each in written(tmp_path, "soak").comparisons] == ["health"]


def test_the_incumbent_s_removal_is_read_from_the_cluster(world, ask, tmp_path):
    for step in ("precheck", "verify", "cut-over", "soak"):
        ask(step=step)
    dump = tmp_path / "after.json"
    pod = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "a"}}
    pod["spec"] = {"containers": [{"name": "web", "image": "nginx:1.29"}]}
    dump.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": [pod]}))
    left = {**pod, "spec": {"containers": [{"name": "es", "image": "elasticsearch:7.10.2"}]}}
    (tmp_path / "left.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": [left]}))

    assert "--dump: is missing" in ask(step="decommission").output
    assert code(ask("--dump", str(tmp_path / "left.json"), step="decommission")) == 1
    assert code(ask("--dump", str(dump), step="decommission")) == 0
    assert written(tmp_path, "decommission").source.identity == "uuid-1"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["verify", "dev", "serach"], "CAPABILITY: 'serach' is refused; did you mean search?"),
        (["verify", "dev", "search", "--step", "copy"], "STEP: 'copy' is refused; allowed are"),
        (["verify", "nowhere", "search"], "ENVIRONMENT: 'nowhere' is refused"),
        (["verify", "dev", "search", "--output", "x"], "--output: 'x' is refused; allowed is -"),
    ],
)
def test_bad_input_is_one_line(given, says):
    result = CliRunner().invoke(app, given, standalone_mode=False)

    assert code(result) == 2
    assert says in result.output


def test_an_alarm_that_is_raised_is_named(monkeypatch):
    pages = [{"MetricAlarms": [{"AlarmName": "alarms-search-red", "StateValue": "ALARM"}]}]
    pages += [{"MetricAlarms": [{"AlarmName": "alarms-search-heap", "StateValue": "OK"}]}]
    client = SimpleNamespace(get_paginator=lambda name: SimpleNamespace(paginate=lambda **given: pages))
    monkeypatch.setattr("boto3.client", lambda *names, **options: client)

    found = afterwards.raised("alarms-search")

    assert found.comparison.target == {"alarms-search-red": 1, "alarms-search-heap": 0}
    assert found.differences == ("alarms-search-red: ALARM",)


@pytest.mark.parametrize("state", ["ALARM", "INSUFFICIENT_DATA"])
def test_an_alarm_that_does_not_say_ok_is_no_health(monkeypatch, state):
    pages = [{"MetricAlarms": [{"AlarmName": "alarms-cache-cpu-001", "StateValue": state}]}]
    client = SimpleNamespace(get_paginator=lambda name: SimpleNamespace(paginate=lambda **given: pages))
    monkeypatch.setattr("boto3.client", lambda *names, **options: client)

    assert afterwards.raised("alarms-cache").comparison.target == {"alarms-cache-cpu-001": 1}


def test_a_precheck_is_rehearsed_before_anything_was_recorded(world, ask, tmp_path):
    assert code(ask("--rehearse")) == 0
    assert code(ask("--rehearse", step="verify")) == 0
    assert not (tmp_path / "gates").exists()


def test_a_soak_that_was_too_short_ends_with_1(world, ask):
    for step in ("precheck", "verify", "cut-over"):
        ask(step=step)
    done = ask(step="soak")

    assert code(done) == 1
    assert "refused: lasted 0 days; allowed are 28 and more" in done.output
