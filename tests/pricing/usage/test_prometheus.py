"""A server that speaks Prometheus' API, with its errors; and Debian's own Prometheus where it is installed."""

import base64
import contextlib
import shutil
import socket
import subprocess
import time
import urllib.request
from datetime import date
from decimal import Decimal
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from pricing.usage.prometheus import EXPRESSIONS, PrometheusError, read_prometheus
from pricing.usage.reading import LOGS, TRACES
from tests.pricing.usage.prometheus_server import Server, matrix, midnight, whole

D = Decimal
TODAY = date(2026, 11, 23)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
GIB = 2**30
TEMPO = "tempo_ingester_traces_created_total"


@pytest.fixture
def server():
    found = Server()
    thread = Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.stuck.set()
    found.shutdown()
    thread.join()
    found.server_close()


def read(server, *names, months=(OCTOBER,), **more):
    more = {"pause": lambda _seconds: None, **more}
    return read_prometheus(server.url, frozenset(names), months, TODAY, **more)


def test_days_are_asked_for_at_midnight_and_added_up_to_months(server):
    server.answers = [(200, matrix(*whole(SEPTEMBER, "2000"), *whole(OCTOBER, "3000")))]
    found = read(server, TRACES, months=(SEPTEMBER, OCTOBER))

    path, query = urlsplit(server.asked[0][0]).path, parse_qs(urlsplit(server.asked[0][0]).query)
    assert path == "/api/v1/query_range"
    assert query == {
        "query": [f"sum(increase({TEMPO}[1d]))"],
        "start": [str(midnight(date(2026, 9, 1)))],
        "end": [str(midnight(date(2026, 11, 2)))],
        "step": ["86400"],
    }
    assert [(each.window, each.value, each.source, each.measured_on) for each in found.windows[TRACES]] == [
        ("2026-09", D(60000), f"measured: Prometheus, {TEMPO}", TODAY),
        ("2026-10", D(93000), f"measured: Prometheus, {TEMPO}", TODAY),
    ]
    assert found.unread == {}


def test_bytes_are_gigabytes_and_a_figure_spans_its_months(server):
    server.answers = [(200, matrix(*whole(SEPTEMBER, str(2 * GIB)), *whole(OCTOBER, str(3 * GIB))))]
    figure = read(server, "applicationLogGb", months=(SEPTEMBER, OCTOBER)).figures["applicationLogGb"]

    assert (figure.low, figure.base, figure.high) == (D(60), D("76.5"), D(93))
    assert figure.source == (
        "measured: Prometheus, fluentbit_output_proc_bytes_total to CloudWatch, 2026-09 to 2026-10, mean of 2 months"
    )


def test_gaps_what_is_no_number_and_the_days_beside_them_do_not_count(server):
    days = whole(OCTOBER, "100", 14)
    # The days beside the gap may be cut.
    days[2], days[6] = (days[2][0], "5"), (days[6][0], "5")
    days[3], days[4], days[5] = (days[3][0], "NaN"), (days[4][0], "+Inf"), (days[5][0], "-1")
    server.answers = [(200, matrix(*days))]
    [window] = read(server, TRACES).windows[TRACES]

    assert (window.value, window.source) == (D(3100), f"measured: Prometheus, {TEMPO}, from 9 of 31 days")


def test_less_than_a_week_and_no_sample_at_all_are_unread(server):
    server.answers = [
        (200, matrix(*whole(OCTOBER, "100", 6))),
        (200, {"status": "success", "data": {"resultType": "matrix", "result": []}}),
    ]

    assert read(server, LOGS).unread == {
        LOGS: "fluentbit_output_proc_bytes_total has 6 whole days of a month at most, and 7 are needed"
    }
    assert read(server, TRACES).unread == {TRACES: f"no sample of {TEMPO}"}


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ((400, {"status": "error", "error": "parse\nerror"}), "answers with 400 (parse error)"),
        ((401, b"<html>"), "answers with 401"),
        ((302, b""), "answers with 302"),
        ((404, b"404 page not found"), "answers with 404"),
        ((500, {"status": "error", "error": "out of memory"}), "answers with 500 (out of memory)"),
        ((200, {"status": "error", "error": "too many samples"}), "refuses the query (too many samples)"),
        ((200, b"<html>it works</html>"), "answers with something else than Prometheus does"),
        ((200, b"[" * 100_000), "answers with something else than Prometheus does"),
        ((200, {"status": "success"}), "answers with something else than Prometheus does"),
        ((200, []), "answers with something else than Prometheus does"),
        (
            (200, {"status": "success", "data": {"resultType": "scalar", "result": [1, "2"]}}),
            "answers with something else than Prometheus does",
        ),
        (
            (200, {"status": "success", "data": {"resultType": "matrix", "result": [{"values": [[1, "x"]]}]}}),
            "answers with something else than Prometheus does",
        ),
        (
            (200, {"status": "success", "data": {"resultType": "matrix", "result": [{"values": []}] * 2}}),
            "answers a sum with 2 series",
        ),
    ],
)
def test_an_error_leaves_the_figure_unread_in_one_line(server, answer, line):
    server.answers = [answer]

    assert read(server, TRACES).unread == {TRACES: f"{server.url} {line}"}


def test_a_refused_query_does_not_keep_the_next_one_from_being_asked_and_a_refused_caller_does(server):
    server.answers = [(422, {"error": "no"}), (200, matrix(*whole(OCTOBER, "1")))]
    found = read(server, LOGS, TRACES)
    assert (list(found.unread), list(found.windows)) == ([LOGS], [TRACES])

    server.answers = [(403, b"")]
    assert read(server, LOGS, TRACES).unread.keys() == {LOGS, TRACES}
    assert len(server.asked) == 3


def test_a_busy_server_is_asked_again_within_bounds(server):
    pauses = []
    server.answers = [(503, b""), (502, b""), (200, matrix(*whole(OCTOBER, "1")))]
    assert read(server, TRACES, pause=pauses.append).windows[TRACES][0].value == 31
    assert pauses == [1.0, 2.0]

    server.answers = [(503, {"error": "query timed out"})] * 3
    assert read(server, TRACES).unread == {
        TRACES: f"{server.url} answers with 503 (query timed out); gave up after 3 attempts"
    }


def test_a_server_that_does_not_answer_is_given_up(server):
    server.answers = [(0, b"")] * 3

    assert read(server, TRACES, timeout=0.05).unread == {
        TRACES: f"{server.url} did not answer within 0.05 seconds; gave up after 3 attempts"
    }


def test_a_closed_port_is_one_line():
    with contextlib.closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        found = read_prometheus(url, frozenset({LOGS, TRACES}), (OCTOBER,), TODAY, pause=lambda _seconds: None)

    assert found.unread[LOGS] == f"{url} cannot be reached ([Errno 111] Connection refused); gave up after 3 attempts"
    assert found.unread[TRACES] == found.unread[LOGS]


def test_a_password_is_sent_and_never_shown(server):
    server.answers = [(401, b"")]
    url = server.url.replace("//", "//reader:s%40crt@")
    found = read_prometheus(f"{url}/prometheus/", frozenset({TRACES}), (OCTOBER,), TODAY)

    path, headers = server.asked[0]
    assert path.startswith("/prometheus/api/v1/query_range?")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"reader:s@crt"
    assert found.unread == {TRACES: f"{server.url}/prometheus answers with 401"}


@pytest.mark.parametrize(
    "url", ["localhost:9090", "file:///etc/passwd", "http://", "http://a:b:c", "http://h/?q=1", "ftp://me:secret@h"]
)
def test_another_url_is_refused_without_being_repeated(url):
    with pytest.raises(PrometheusError) as caught:
        read_prometheus(url, frozenset({TRACES}), (OCTOBER,), TODAY)

    assert str(caught.value) == (
        "--url: is refused; allowed is the base of a Prometheus, such as http://localhost:9090"
    )


#: How long a real Prometheus may take to start on a busy machine.
PATIENCE_SECONDS = 60


@pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="needs prometheus and promtool on PATH, as Debian's package prometheus installs them",
)
def test_a_real_prometheus_answers_every_expression_and_makes_up_for_a_counter_that_begins_anew(tmp_path):
    # Each hour adds 1,000, from noon of the ninth to noon of the twentieth; on the fifteenth the counter begins anew.
    names = {
        "fluentbit_output_proc_bytes_total": 'name="cloudwatch_logs.0"',
        TEMPO: 'pod="tempo-0"',
        "prometheus_tsdb_head_samples_appended_total": 'type="float"',
        "crio_image_pulls_bytes_total": 'size="1"',
    }
    start, reset, end = (midnight(date(2026, 10, day)) + 12 * 3600 for day in (9, 15, 20))
    moments = range(start, end, 3600)
    lines = []
    for name, label in names.items():
        lines.append(f"# TYPE {name.removesuffix('_total')} counter")
        lines += [
            f"{name}{{{label}}} {1000 * ((moment - (reset if moment >= reset else start)) // 3600 + 1)} {moment}"
            for moment in moments
        ]
    (tmp_path / "samples").write_text("\n".join([*lines, "# EOF", ""]))
    (tmp_path / "prometheus.yml").write_text("{}\n")
    data = tmp_path / "data"
    subprocess.run(
        [shutil.which("promtool"), "tsdb", "create-blocks-from", "openmetrics", tmp_path / "samples", data],
        check=True,
        capture_output=True,
    )
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    words = [shutil.which("prometheus"), f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={data}"]
    words += ["--storage.tsdb.retention.time=100y", f"--web.listen-address={address}"]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(words, stdout=log, stderr=log) as running:
        try:
            patience = time.monotonic() + PATIENCE_SECONDS
            while not ready(f"http://{address}/-/ready"):
                assert running.poll() is None, (tmp_path / "log").read_text()[-2000:]
                assert time.monotonic() < patience, "it does not answer"
            asked = frozenset(name for each in EXPRESSIONS for name in each.names)
            found = read_prometheus(f"http://{address}", asked, (SEPTEMBER, OCTOBER), TODAY)
        finally:
            running.terminate()

    assert found.unread == {}
    assert found.windows.keys() | found.figures.keys() == asked
    [window] = found.windows[TRACES]
    assert (window.window, window.source) == ("2026-10", f"measured: Prometheus, {TEMPO}, from 10 of 31 days")
    # A day is what lies between its first and last sample, extended to its ends.
    assert window.value == pytest.approx(D(31 * 24_000), rel=D("0.001"))


def ready(url):
    try:
        with urllib.request.urlopen(url, timeout=0.2) as answer:  # noqa: S310 - of this machine
            return answer.status == 200
    except OSError:
        return False
