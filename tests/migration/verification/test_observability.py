"""Scrape targets, lines and traces of both sides, with servers that answer from memory."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from migration.verification import agent, logs, traces
from migration.verification.stores import StoreError, Stores
from policy.gates.judge import judge_comparisons
from policy.ledger.moves import PROOFS

TARGET = '"target": {"address": "https://xray.ap-northeast-2.amazonaws.com", "name": "t"}'
BOTH = f'{{"source": {{"address": "http://s:1", "name": "s"}}, {TARGET}}}'


class Server:
    """Answers by path; ``config`` is what a server shows of its own."""

    side = "source"

    def __init__(self, answers, config="{storage: {trace: {s3: {bucket: b}}}, schema_config: {configs: []}}"):
        self.answers, self.config = answers, config

    def ask(self, path, query=None, **_):
        found = self.answers.get(path, {"version": "1"})
        return found(query) if callable(found) else found

    def text(self, _):
        return self.config


def found(kit):
    return {each.comparison.name: (each.comparison, each.differences) for each in kit.compare()}


def up(series):
    result = [{"metric": {"job": job, "namespace": place}, "value": [0, str(value)]} for job, place, value in series]
    return {"status": "success", "data": {"result": result}}


def agent_kit(old, new, addon=None, **more):
    def server(series):
        told = {"yaml": "global: {external_labels: {cluster: old}}"}
        build = {"status": "success", "data": {"version": "3.5.0"}}
        return Server(
            {
                "/api/v1/query": up(series),
                "/api/v1/status/config": {"status": "success", "data": told},
                "/api/v1/status/buildinfo": build,
            }
        )

    eks = SimpleNamespace(
        describe_cluster=lambda name: {"cluster": {"arn": "arn:c"}},
        describe_addon=lambda **_: {"addon": addon or {"status": "ACTIVE", "addonVersion": "v5", "health": {}}},
    )
    stores = agent.AgentStores.model_validate_json(
        f'{BOTH[:-1]}, "prometheus": {{"address": "http://p:1", "name": "p"}}, "jobs": {{"old-kubelet": "kubelet"}}}}'
    ).model_copy(update=more)
    return agent.AgentKit(stores, server(old), server(new), eks)


OLD = [("old-kubelet", "kube-system", 1), ("api", "app", 1)]
NEW = [("kubelet", "kube-system", 1), ("api", "app", 1), ("new", "app", 1)]


def test_jobs_of_another_name_are_equal_and_what_only_eks_has_is_no_loss():
    told = found(agent_kit(OLD, NEW))

    assert tuple(told) == PROOFS["agent"].compares
    assert all(one.source == one.target for one, _ in told.values())
    assert told["counts"][0].source == {"kubelet": 1, "api": 1}


@pytest.mark.parametrize(
    ("old", "new", "addon", "name"),
    [
        (OLD, NEW[:1], None, "api in app"),
        (OLD, [NEW[0], ("api", "app", 0)], None, "api in app"),
        (OLD, NEW, {"status": "DEGRADED"}, "add-on is active"),
        (OLD, NEW, {"status": "ACTIVE", "health": {"issues": [{}]}}, "add-on is active"),
    ],
)
def test_what_is_not_scraped_or_is_down_differs(old, new, addon, name):
    assert found(agent_kit(old, new, addon))["targets"][1] == (name,)


def scraped(kit, hours):
    """``kit`` after a soak in which each job had a target up for so many hours."""
    result = [{"metric": {"job": job}, "values": [[0, "1"]] * count} for job, count in hours.items()]
    kit._new.answers["/api/v1/query_range"] = {"status": "success", "data": {"result": result}}
    return kit.health()


DAYS = PROOFS["agent"].soak_days


def judged(health, capability):
    """What the gate has against the comparison of a soak."""
    sides = [SimpleNamespace(host=name, name=name, identity=name) for name in ("source", "target")]
    return list(
        judge_comparisons(
            SimpleNamespace(
                step="soak",
                capability=capability,
                source=sides[0],
                target=sides[1],
                comparisons=(health.comparison,),
            )
        )
    )


def test_a_soak_without_a_gap_is_health_to_the_gate_as_well():
    health = scraped(agent_kit(OLD, NEW), {"kubelet": DAYS * 24, "api": DAYS * 24})

    assert health.comparison.target == {"hours without kubelet": 0, "hours without api": 0, "add-on": 0}
    assert (health.differences, judged(health, "agent")) == ((), [])


@pytest.mark.parametrize(
    ("hours", "addon", "told"),
    [
        ({"kubelet": DAYS * 24, "api": DAYS * 24 - 1}, None, ("hours without api",)),
        ({"kubelet": DAYS * 24}, {"status": "DEGRADED"}, ("add-on",)),
    ],
)
def test_an_hour_without_a_target_or_an_add_on_that_is_ill_is_no_health(hours, addon, told):
    health = scraped(agent_kit(OLD, NEW, addon), hours)

    assert health.differences == told
    assert judged(health, "agent")


def test_where_nothing_was_scraped_an_add_on_that_is_well_is_no_health():
    assert judged(scraped(agent_kit(OLD, NEW), {}), "agent") == [
        "health: there was nothing to compare, which cannot fail"
    ]


def test_a_job_that_is_left_behind_is_not_missed():
    assert found(agent_kit([*OLD, ("alloy", "m", 1)], NEW, left_behind=("alloy",)))["targets"][1] == ()


def logs_kit(loki, rows):
    series = [{"metric": {"namespace": n, "container": c, "pod": p}, "value": [0, str(v)]} for n, c, p, v in loki]
    names = ("kubernetes.namespace_name", "kubernetes.container_name", "kubernetes.pod_name", "found")
    results = [[{"field": f, "value": str(v)} for f, v in zip(names, row, strict=True)] for row in rows]
    client = SimpleNamespace(
        start_query=lambda **_: {"queryId": "q"},
        get_query_results=lambda **_: {"status": "Complete", "results": results},
    )
    server = Server(
        {"/loki/api/v1/query": {"data": {"result": series}}, "/loki/api/v1/labels": {"data": ["namespace"]}}
    )
    return logs.LogsKit(Stores.model_validate_json(BOTH), server, (client, None), "1")


LINES = [("app", "api", "api-1", 3), ("app", "api", "api-2", 4), ("app", "web", "web-1", 5)]


def test_the_same_lines_are_equal_by_container():
    told = found(logs_kit(LINES, LINES))

    assert tuple(told) == PROOFS["logs"].compares
    assert (told["counts"][0].source, told["streams"][0].target) == (
        {"app/api": 7, "app/web": 5},
        {"app/api": 2, "app/web": 1},
    )
    assert all(one.source == one.target for one, _ in told.values())


def test_one_line_less_and_a_pod_that_one_side_lacks_are_told():
    assert found(logs_kit(LINES, [*LINES[:2], ("app", "web", "web-1", 4)]))["counts"][1] == ("app/web",)
    moved = [("app", "api", "api-1", 7), LINES[2]]
    assert found(logs_kit(LINES, moved))["streams"][1] == ("app/api-2",)


def took_lines(kit, without=()):
    """``kit`` whose log group had a line in every hour of the soak but those, counted from the first."""
    hours = PROOFS["logs"].soak_days * 24
    begin = kit._end.replace(minute=0) - timedelta(hours=hours)
    points = [
        {"Timestamp": begin + timedelta(hours=hour), "Sum": float(hour not in without)} for hour in range(1, hours)
    ]
    asked = []
    kit._metrics = SimpleNamespace(
        get_metric_statistics=lambda **query: (
            asked.append(query)
            or {"Datapoints": [*([] if 0 in without else [{"Timestamp": begin, "Sum": 1.0}]), *points]}
        )
    )
    return kit.health(), asked


def test_a_line_in_every_hour_is_health_and_cloudwatch_answers_as_much_at_once():
    health, (asked,) = took_lines(logs_kit(LINES, LINES))

    assert set(health.comparison.target.values()) == {0}
    assert (len(health.comparison.target), health.differences) == (PROOFS["logs"].soak_days, ())
    assert judged(health, "logs") == []
    # The API gives 1,440 points, and no second page.
    assert (asked["EndTime"] - asked["StartTime"]).total_seconds() / asked["Period"] <= 1440


@pytest.mark.parametrize(("quiet", "day"), [((0,), 0), ((25, 26), 1), ((30 * 24 - 1,), 29)])
def test_an_hour_without_a_line_or_without_a_point_is_told_by_its_day(quiet, day):
    health, _ = took_lines(logs_kit(LINES, LINES), quiet)

    assert health.differences == (list(health.comparison.target)[day],)
    assert health.comparison.target[health.differences[0]] == len(quiet)


def test_a_label_that_loki_lacks_stops_the_precheck():
    assert logs_kit(LINES, LINES).requirements().differences == ("label container",)


def test_an_answer_that_is_cut_off_is_refused(monkeypatch):
    monkeypatch.setattr(logs, "_MOST", 3)
    with pytest.raises(StoreError, match="no more rows"):
        found(logs_kit(LINES, LINES))


def traces_kit(tempo, xray):
    def search(query):
        known = [
            {"traceID": i.lstrip("0"), "rootServiceName": name, "startTimeUnixNano": str(int(at.timestamp() * 1e9))}
            for i, name, at in tempo(kit)
            if query["start"] <= at.timestamp() < query["end"]
        ]
        return {"traces": known[: query["limit"]]}

    def pages(**asked):
        told = [
            {"Id": f"1-{i[:8]}-{i[8:]}", "EntryPoint": {"Name": name}, "StartTime": at}
            for i, name, at in xray(kit)
            if asked["StartTime"] <= at < asked["EndTime"]
        ]
        return [{"TraceSummaries": told}]

    client = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=pages))
    kit = traces.TracesKit(Stores.model_validate_json(BOTH), Server({"/api/search": search}), client, "1")
    return kit


def some(kit, *, late=0.0, names=("api", "api", "web")):
    begin = kit._end - timedelta(hours=1)
    return [
        (f"{place:032x}", name, begin + timedelta(minutes=5 * place, seconds=late)) for place, name in enumerate(names)
    ]


def test_the_same_traces_are_equal_though_one_side_tells_of_them_later():
    told = found(traces_kit(some, lambda kit: some(kit, late=0.9)))

    assert tuple(told) == PROOFS["traces"].compares
    assert told["counts"][0].source == told["counts"][0].target == {"api": 2, "web": 1}


def test_a_lost_trace_and_a_service_that_one_side_lacks_are_told():
    assert found(traces_kit(some, lambda kit: some(kit)[1:]))["counts"][1] == ("api",)
    assert found(traces_kit(some, lambda kit: some(kit)[:2]))["services"][1] == ("web",)


def test_more_than_an_answer_holds_is_asked_for_in_parts(monkeypatch):
    monkeypatch.setattr(traces, "_MOST", 2)
    many = lambda kit: [  # noqa: E731 - one line
        (f"{place:032x}", "api", kit._end - timedelta(minutes=30, seconds=2 * place)) for place in range(9)
    ]
    assert found(traces_kit(many, many))["counts"][0].source == {"api": 9}


def daily(kit, days):
    """A trace in the middle of each of these days, counted back from the end of the hour that is compared."""
    return [(f"{day:032x}", "api", kit._end - timedelta(days=day, hours=11)) for day in days]


def test_a_trace_a_day_is_health_and_a_day_without_is_told():
    days = range(PROOFS["traces"].soak_days)
    health = traces_kit(some, lambda kit: daily(kit, days)).health()
    gap = traces_kit(some, lambda kit: daily(kit, [day for day in days if day != 3])).health()

    assert (health.differences, judged(health, "traces")) == ((), [])
    assert len(health.comparison.target) == len(days)
    assert gap.differences == (f"{list(health.comparison.target)[3]}: no trace",)
    assert judged(gap, "traces")


def test_a_name_that_x_ray_does_not_take_stops_the_precheck():
    assert traces_kit(lambda kit: some(kit, names=("api", "bad|name")), some).requirements().differences == (
        "name bad|name",
    )
