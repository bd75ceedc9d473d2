"""``python -m pricing.usage``: what was read, what it does, what is written, and how each kind of failure ends."""

import json
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread

import boto3
import pytest
from botocore.stub import Stubber

from pricing.book import Book
from pricing.usage.effect import Stack, run_preview, standing
from stacks.environments import stack_names
from stacks.load import FOLDER, stack_file
from tests.commands import give
from tests.conftest import TODAY
from tests.pricing.usage.prometheus_server import Server, matrix, whole
from tests.recordings import planned

D = Decimal
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def stack_path(tmp_path):
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_bytes((FOLDER / path.name).read_bytes())
    return path


@pytest.fixture
def _in_this_process(monkeypatch):
    """Previews without a process of their own, which takes seconds; and without the policies' findings."""

    def previewed(stack, path, today):
        from preview.report.render import render

        assert today == TODAY
        return render(planned(stack, stack_file(stack, path)), "json")

    monkeypatch.setattr("pricing.usage.effect.run_preview", previewed)


def run(path, *arguments, **more):
    done = give("pricing.usage", "prod", "--stack-file", path, "--today", TODAY.isoformat(), *arguments, **more)
    return done.returncode, done.stdout, done.stderr


def figures_in(tmp_path, content):
    file = tmp_path / "usage.yaml"
    file.write_text(content)
    return "--source", "file", "--file", file


MEASURED = """
natGb: {low: 90, base: 300, high: 410, source: "measured: Cost Explorer, 2026-10"}
egressGb: {low: 50, base: 100, high: 500, source: "guess: pages and images that visitors load; a Seoul bill of 2026-07 has 5,118 GB for a public site"}
"""


@pytest.mark.usefixtures("_in_this_process")
def test_a_figure_s_part_of_the_bill_is_worked_out_and_written_only_when_asked(stack_path, tmp_path):
    before = stack_path.read_bytes()
    given = figures_in(tmp_path, MEASURED)
    code, out, err = run(stack_path, *given, "--format", "json")
    told = json.loads(out)

    assert (code, err, stack_path.read_bytes()) == (0, "", before)
    assert [(each["figure"], each["changes"]) for each in told["figures"]] == [("natGb", True), ("egressGb", False)]
    assert told["figures"][0]["was"]["base"] == 200
    # 100 GB more at 0.059 USD; ten less at the low end, ten more at the high one.
    assert told["figures"][0]["usdPerMonth"] == {"low": -0.59, "base": 5.9, "high": 0.59}
    assert told["bill"]["difference"] == {"low": -0.59, "base": 5.9, "high": 0.59}
    assert (told["decisions"], told["unread"], told["write"]) == ([], {}, False)

    code, out, _ = run(stack_path, *given, "--write")
    assert code == 0
    assert "│ natGb  │" in out
    assert "The month's bill, USD before VAT: 1104.74 becomes 1110.64 (+5.90)" in out
    assert "As the stack file has it already: 1 of 2 read." in out
    assert "No decision turns.\nWritten to the stack file.\n" in out
    assert stack_file("prod", stack_path).settings.usage.nat_gb.base == 300

    written = stack_path.read_bytes()
    code, out, _ = run(stack_path, *given, "--write")
    assert (code, stack_path.read_bytes()) == (0, written)
    assert "Nothing changes in the stack file.\n" in out


@pytest.mark.usefixtures("_in_this_process")
def test_a_bare_number_says_that_it_has_no_range(stack_path, tmp_path):
    content = 'natGb: 100\nkmsRequests: {low: 1, base: 2, high: 3}\nauditGb: {low: 4, base: 4, high: 4, source: "measured: x"}'
    code, out, _ = run(stack_path, *figures_in(tmp_path, content), "--format", "json")

    assert code == 0
    # One that was measured in a single month has no range either, and is no guess.
    [note] = json.loads(out)["notes"]
    assert note == (
        "natGb: 100 is a guess without a range in place of 200 (100 to 400), so the bill's high end takes it as it is; "
        "write {low, base, high}"
    )


WINDOWS = """
config:
  landing:volumes:
    logGbPerMonth:
      - {window: 2026-08, value: 5, source: "example: x", measuredOn: "2026-11-02", example: true}
      - {window: 2026-09, value: 140, source: "CloudWatch", measuredOn: "2026-11-02"}
      - {window: 2026-10, value: 150, source: "CloudWatch", measuredOn: "2026-11-02"}
  landing:usage: {natGb: 300}
"""


@pytest.mark.usefixtures("_in_this_process")
def test_windows_turn_a_decision_and_an_example_is_nobody_s_measurement(stack_path, tmp_path):
    code, out, _ = run(stack_path, *figures_in(tmp_path, WINDOWS), "--only", "volumes.logGbPerMonth", "--write")
    volumes = stack_file("prod", stack_path).settings.volumes.log_gb_per_month

    assert code == 0
    assert "Decision logs turns from cloudwatch-logs to loki: " in out
    assert [(each.window, each.value, each.example) for each in volumes] == [
        ("2026-09", 140, False),
        ("2026-10", 150, False),
    ]
    assert stack_file("prod", stack_path).settings.usage.nat_gb.base == 200


@pytest.mark.usefixtures("_in_this_process")
def test_what_a_file_does_not_have_ends_with_1(stack_path, tmp_path):
    code, out, _ = run(stack_path, *figures_in(tmp_path, "natGb: 1"), "--only", "natGb,egressGb")

    assert code == 1
    assert "\nNot read:\n  egressGb: the file does not have it\n" in out
    assert "1, guess: usage.yaml names no source" in out


@pytest.mark.usefixtures("_in_this_process")
def test_a_prometheus_is_read_and_what_it_lacks_is_named(stack_path):
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    empty = (200, {"status": "success", "data": {"resultType": "matrix", "result": []}})
    try:
        server.answers = [(200, matrix(*whole(OCTOBER, str(3 * 2**30)))), empty]
        url = server.url.replace("//", "//me:s3cret@")
        code, out, err = run(stack_path, "--source", "prometheus", "--url", url, "--months", 1, "--format", "json")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    told = json.loads(out)
    assert (code, err, len(server.asked)) == (1, "", 2)
    assert [(each["figure"], each["now"]["base"]) for each in told["figures"]] == [("applicationLogGb", 93)]
    assert told["unread"] == {"volumes.logGbPerMonth": "no sample of fluentbit_output_proc_bytes_total"}
    assert "s3cret" not in out


@pytest.mark.usefixtures("_in_this_process")
def test_an_account_is_read_for_what_the_bill_hangs_on(stack_path, monkeypatch):
    known = {
        service: boto3.client(service, region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
        for service in ("sts", "ce", "cloudwatch")
    }
    groups = [
        {
            "Keys": [service, usage_type],
            "Metrics": {
                "UsageQuantity": {"Amount": amount, "Unit": unit},
                "UnblendedCost": {"Amount": "12.5", "Unit": "USD"},
            },
        }
        for service, usage_type, amount, unit in (
            ("EC2 - Other", "APN2-NatGateway-Bytes", "313", "GB"),
            ("AmazonCloudWatch", "APN2-VendedLog-Bytes", "51", "GB"),
            ("Amazon Something", "APN2-Unheard-Of", "3", "Things"),
        )
    ]
    period = {"TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"}, "Groups": groups, "Estimated": False}
    point = {"Timestamps": [datetime(2026, 10, 4, tzinfo=UTC)], "Values": [150 * 2.0**30], "StatusCode": "Complete"}
    with ExitStack() as stack:
        stubs = {service: stack.enter_context(Stubber(client)) for service, client in known.items()}
        stubs["sts"].add_response("get_caller_identity", {"Account": "444455556666"})
        stubs["ce"].add_response("get_cost_and_usage", {"ResultsByTime": [period]})
        # The trail's log group is asked about first, the control plane's then.
        stubs["cloudwatch"].add_response("get_metric_data", {"MetricDataResults": [{"Id": "q1", **point}]})
        monkeypatch.setattr(boto3, "client", lambda service, **_more: known[service])
        code, out, err = run(stack_path, "--months", 1, "--write")

    usage = stack_file("prod", stack_path).settings.usage
    assert (code, err) == (1, "")
    assert (usage.nat_gb.base, usage.nat_gb.evidence) == (300, "measured")
    assert usage.nat_gb.source == "measured: Cost Explorer, APN2-NatGateway-Bytes less 13 GB of images, 2026-10"
    assert usage.control_plane_log_gb.base == 150
    assert "APN2-Unheard-Of" in out
    assert "no figure is read from it" in out
    assert "all of them" in out
    # What nobody had set is shown as it was worked out.
    assert "51.5 (25.75 to 103.0), computed: 51.5 GB" in " ".join(out.replace("│", " ").split())
    assert "  kmsRequests: no such usage on the bill of 2026-10\n" in out
    assert "  volumes.logGbPerMonth: CloudWatch has no data point of 2026-10\n" in out
    # Nothing of this stack hangs on these, and nothing tells these.
    assert "grafanaEditors" not in out
    assert "backupVaultGb" not in out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--source", "cloud"], "--source: 'cloud' is refused; allowed are account, prometheus, file"),
        (["--format", "html"], "--format: 'html' is refused; allowed are text, json"),
        (["--months", "0"], "--months: 0 is refused; allowed are 1 to 12"),
        (["--months", "13"], "--months: 13 is refused; allowed are 1 to 12"),
        (["--source", "file"], "--source file: wants --file"),
        (["--source", "prometheus"], "--source prometheus: wants --url"),
        (["--url", "http://x"], "--url: is given for --source account; it belongs to --source prometheus"),
        (["--only", "natGB"], "--only: 'natGB' is no figure; did you mean natGb?"),
        (["--only", "natGb,"], "--only: '' is no figure; allowed are natGb, imagePullGb, "),
        (["--today", "soon"], "--today: 'soon' is refused"),
        (
            ["--source", "file", "--file", "nowhere.yaml"],
            "--file: nowhere.yaml: cannot be read (No such file or directory)",
        ),
        ([], "credentials: AWS cannot be asked (Unable to locate credentials)"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(stack_path, arguments, line):
    options = ["--today", TODAY.isoformat()] if "--today" not in arguments else []
    done = give("pricing.usage", "prod", "--stack-file", stack_path, *options, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"error: {line}")


def test_a_stack_without_a_file_is_refused():
    done = give("pricing.usage", "test", "--source", "file", "--file", FOLDER / "Pulumi.prod.yaml")

    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.endswith(
        f"Pulumi.test.yaml: cannot be read (No such file or directory); stacks are {', '.join(stack_names())}\n"
    )


@pytest.mark.usefixtures("_in_this_process")
def test_a_url_that_is_none_is_refused_and_not_repeated(stack_path):
    code, out, err = run(stack_path, "--source", "prometheus", "--url", "ftp://me:s3cret@host")

    assert (code, out) == (2, "")
    assert err == "error: --url: is refused; allowed is the base of a Prometheus, such as http://localhost:9090\n"


@pytest.mark.usefixtures("_in_this_process")
def test_a_figure_that_a_source_does_not_have_is_refused(stack_path):
    code, _, err = run(stack_path, "--source", "prometheus", "--url", "http://localhost:1", "--only", "natGb")

    assert code == 2
    assert err.startswith("error: --only: natGb is not read from --source prometheus; it reads applicationLogGb, ")


@pytest.mark.usefixtures("_in_this_process")
def test_a_layout_that_cannot_be_edited_is_refused_after_what_was_read_is_told(stack_path, tmp_path):
    text = stack_path.read_text()
    start = text.index("    natGb: ")
    end = text.index("\n", start)
    stack_path.write_text(f"{text[:start]}    natGb: &n {{low: 1, base: 5, high: 9}}\n    imagePullGb: *n{text[end:]}")
    before = stack_path.read_bytes()
    code, out, err = run(stack_path, *figures_in(tmp_path, "natGb: 7"), "--write")

    assert code == 2
    assert "Nothing is written; --write does.\n" in out
    assert err == (
        f"error: {stack_path}: landing:usage.imagePullGb is an alias of natGb; write it out; nothing is changed\n"
    )
    assert stack_path.read_bytes() == before


def test_the_preview_s_own_process_says_what_the_preview_says():
    file = stack_file("dev")
    stack = Stack(name="dev", file=file, today=TODAY, book=Book.load(), preview=run_preview)
    found, preview = standing(stack), planned("dev", file)

    assert found.cost.base == pytest.approx(preview.bill.usd_per_month, abs=D("0.000001"))
    assert stack.bill(found.resources).usd_per_month == preview.bill.usd_per_month
    assert {name: each.choice for name, each in found.choices.items()} == {
        each.row.capability: each.choice for each in preview.decisions
    }
