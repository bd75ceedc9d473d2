"""A stack file is edited in place: what was read stands in it, and everything else is as it was, byte for byte."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.usage.changes import changed_document, compared
from pricing.usage.reading import FIGURES, LOGS, TRACES, VOLUMES, Readings, measured
from pricing.usage.stack_edit import LayoutError, edited, write_changes
from stacks.document import read_document
from stacks.load import FOLDER, stack_file
from stacks.section import Measurement
from stacks.sections.measures import Spread

D = Decimal
STACKS = ("dev", "prod", "staging")
TODAY = date(2026, 11, 23)


def spread(low, base, high, source="measured: Cost Explorer, 2026-10"):
    return Spread.model_validate({"low": D(low), "base": D(base), "high": D(high), "source": source})


def window(month, value, source="measured: CloudWatch"):
    return Measurement.model_validate({"window": month, "value": D(value), "source": source, "measuredOn": TODAY})


def changes_of(stack, figures=(), windows=(), path=None):
    readings = Readings(figures=dict(figures), windows=dict(windows))
    return compared(readings, stack_file(stack, path).settings)


def copied(tmp_path, stack, replace=()):
    path = tmp_path / f"Pulumi.{stack}.yaml"
    content = (FOLDER / path.name).read_bytes()
    for old, new in replace:
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    path.write_bytes(content)
    return path


amounts = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False, allow_infinity=False)
#: Quotes, hashes, colons, braces and letters of any script are text.
sources = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
).filter(str.strip)
figures = st.builds(
    lambda ends, source: spread(*sorted(ends), f"measured: {source.strip()}"),
    st.tuples(amounts, amounts, amounts),
    sources,
)
months = st.sampled_from(["2026-06", "2026-08", "2026-09", "2026-10"])
windowed = st.dictionaries(months, st.tuples(amounts, sources), max_size=4).map(
    lambda found: [window(month, value, source.strip()) for month, (value, source) in sorted(found.items())]
)


@settings(max_examples=30)
@given(
    stack=st.sampled_from(STACKS),
    found=st.dictionaries(st.sampled_from(sorted(FIGURES)), figures, max_size=8),
    counted=st.dictionaries(st.sampled_from(sorted(VOLUMES)), windowed, max_size=2),
)
def test_what_was_read_is_written_and_nothing_else_moves(tmp_path_factory, stack, found, counted):
    path = copied(tmp_path_factory.mktemp("stack"), stack)
    before = path.read_text()
    changes = changes_of(stack, found, counted)
    written = write_changes(stack, path, changes)

    after = path.read_text()
    assert written is bool(changes)
    settings_after = stack_file(stack, path).settings
    for key, figure in found.items():
        assert getattr(settings_after.usage, FIGURES[key]) == figure
    for volume, windows in counted.items():
        there = {each.window: each for each in getattr(settings_after.volumes, VOLUMES[volume])}
        assert len(there) == len(getattr(settings_after.volumes, VOLUMES[volume]))
        assert [there[each.window] for each in windows] == windows
    touched = {*found, *({line for volume in counted for line in ("logGbPerMonth", "tracesPerMonth")})}
    assert others(before, touched) == others(after, touched)
    # The same readings again find nothing to change.
    assert not write_changes(stack, path, changes_of(stack, found, counted, path))
    assert path.read_text() == after


def others(text, keys):
    """The lines that are neither a figure of ``keys`` nor a window."""
    names = "|".join(map(re.escape, sorted(keys))) or "-"
    return [line for line in text.splitlines() if not re.match(rf"\s+((?:{names}): |- {{window: )", line)]


@pytest.mark.parametrize("stack", STACKS)
def test_one_figure_is_one_line(tmp_path, stack):
    path = copied(tmp_path, stack)
    before = path.read_text().splitlines()
    write_changes(stack, path, changes_of(stack, {"natGb": spread(90, "300.5", 410)}))

    differing = [new for old, new in zip(before, path.read_text().splitlines(), strict=True) if old != new]
    assert differing == [
        '    natGb: {low: 90, base: 300.5, high: 410, source: "measured: Cost Explorer, 2026-10"}',
    ]


def test_an_example_s_window_is_replaced_and_others_stand_in_order(tmp_path):
    path = copied(tmp_path, "prod")
    windows = [window("2026-09", 98), window("2026-10", "140.5")]
    write_changes("prod", path, changes_of("prod", windows={LOGS: windows}))

    lines = path.read_text().splitlines()
    place = lines.index("    logGbPerMonth:")
    assert lines[place + 1 : place + 4] == [
        '      - {window: 2026-09, value: 98, source: "measured: CloudWatch", measuredOn: "2026-11-23"}',
        '      - {window: 2026-10, value: 140.5, source: "measured: CloudWatch", measuredOn: "2026-11-23"}',
        "    tracesPerMonth:",
    ]


def test_a_month_that_says_the_same_on_another_day_stays_as_it_was(tmp_path):
    path = copied(tmp_path, "prod")
    write_changes("prod", path, changes_of("prod", windows={LOGS: [window("2026-10", 98)]}))
    content = path.read_bytes()
    again = window("2026-10", 98).model_copy(update={"measured_on": date(2026, 11, 29)})

    assert not write_changes("prod", path, changes_of("prod", windows={LOGS: [again]}, path=path))
    assert path.read_bytes() == content


NAT = b'natGb: {low: 100, base: 200, high: 400, source: "guess: what applications and the crawl fetch, images of nodes left out"}'
LAST = b'notifications: {low: 500, base: 1000, high: 2000, source: "guess: alarms and budgets"}'
WINDOW = b"""- {window: 2026-10, value: 100, source: "example: the guide's line, 100 GB and 100,000 traces", measuredOn: "2026-11-02", example: true}"""


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        (NAT, b"natGb: 200 # a number", b'natGb: {low: 1, base: 2, high: 3, source: "measured: CE"} # a number'),
        (NAT, b"natGb: {low: 1, base: 200, high: 200}", b'natGb: {low: 1, base: 2, high: 3, source: "measured: CE"}'),
        (NAT, b"natGb:", b'natGb: {low: 1, base: 2, high: 3, source: "measured: CE"}'),
        (
            NAT,
            b"natGb:\n      low: 1 # least\n      # between\n      base: 5\n      high: 9 # most\n",
            b'natGb:\n      low: 1 # least\n      # between\n      base: 2\n      high: 3 # most\n      source: "measured: CE"\n',
        ),
        (
            NAT,
            b"natGb: {source: 'guess: x', # why\n      low: 1, base: 5,\n      high: 9}",
            b'natGb: {source: "measured: CE", # why\n      low: 1, base: 2,\n      high: 3}',
        ),
        (NAT, b'"natGb" : {high: 9, low: 0, base: 5}', b'"natGb" : {high: 3, low: 1, base: 2, source: "measured: CE"}'),
    ],
)
def test_a_figure_is_found_in_every_layout(tmp_path, old, new, after):
    path = copied(tmp_path, "prod", [(old, new)])
    before = path.read_bytes()
    write_changes("prod", path, changes_of("prod", {"natGb": spread(1, 2, 3, "measured: CE")}, path=path))

    assert path.read_bytes() == before.replace(new, after)


@pytest.mark.parametrize(
    ("new", "after"),
    [
        (LAST + b" # so few", LAST + b' # so few\n    dnsQueries: {low: 1, base: 2, high: 3, source: "measured: CE"}'),
        (
            b"notifications:\n      low: 0\n      base: 1\n      high: 2 # most\n    # the end",
            b'notifications:\n      low: 0\n      base: 1\n      high: 2 # most\n    dnsQueries: {low: 1, base: 2, high: 3, source: "measured: CE"}\n    # the end',
        ),
    ],
)
def test_a_new_figure_comes_last(tmp_path, new, after):
    path = copied(tmp_path, "prod", [(LAST, new)])
    before = path.read_bytes()
    write_changes("prod", path, changes_of("prod", {"dnsQueries": spread(1, 2, 3, "measured: CE")}, path=path))

    assert path.read_bytes() == before.replace(new, after)


@pytest.mark.parametrize(
    ("new", "after"),
    [
        (
            b"- window: 2026-10\n        value: 100 # GB\n        source: 'example: x'\n        measuredOn: '2026-11-02'\n        example: true # for now",
            (
                b'- {window: 2026-09, value: 98, source: "measured: CloudWatch", measuredOn: "2026-11-23"}\n'
                b'      - window: 2026-10\n        value: 140 # GB\n        source: "measured: CloudWatch"\n        measuredOn: "2026-11-23"\n        example: false # for now'
            ),
        ),
        (
            b'- {window: 2026-08, value: 100, source: x, measuredOn: "2026-11-02"} # summer',
            (
                b'- {window: 2026-08, value: 100, source: x, measuredOn: "2026-11-02"} # summer\n'
                b'      - {window: 2026-09, value: 98, source: "measured: CloudWatch", measuredOn: "2026-11-23"}\n'
                b'      - {window: 2026-10, value: 140, source: "measured: CloudWatch", measuredOn: "2026-11-23"}'
            ),
        ),
    ],
)
def test_a_window_is_found_in_every_layout(tmp_path, new, after):
    path = copied(tmp_path, "prod", [(WINDOW, new)])
    before = path.read_bytes()
    windows = [window("2026-09", 98), window("2026-10", 140)]
    write_changes("prod", path, changes_of("prod", windows={LOGS: windows}, path=path))

    assert path.read_bytes() == before.replace(new, after)


SMALL = """config:
  aws:region: ap-northeast-2
  landing:environment: prod
"""


@pytest.mark.parametrize(
    ("rest", "after"),
    [
        (
            "",
            "  landing:volumes:\n    tracesPerMonth: [{}]\n  landing:usage:\n    natGb: {}\n",
        ),
        (
            "  landing:volumes: {tracesPerMonth: []}\n  landing:usage: {}\n",
            "  landing:volumes: {tracesPerMonth: [{}]}\n  landing:usage: {natGb: {}}\n",
        ),
        (
            "  landing:usage: {egressGb: 1} # few\n  landing:volumes: {staleAfterDays: 9}\n",
            "  landing:usage: {egressGb: 1, natGb: {}} # few\n  landing:volumes: {staleAfterDays: 9, tracesPerMonth: [{}]}\n",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_sections_that_are_not_there_are_made(rest, after, newline):
    changes = changes_of("prod", {"natGb": spread(1, 2, 3, "measured: CE")}, {TRACES: [window("2026-10", 7)]})
    figure = '{low: 1, base: 2, high: 3, source: "measured: CE"}'
    counted = '{window: 2026-10, value: 7, source: "measured: CloudWatch", measuredOn: "2026-11-23"}'
    expected = SMALL + after.replace("[{}]", f"[{counted}]").replace("natGb: {}", f"natGb: {figure}")

    assert edited((SMALL + rest).replace("\n", newline), changes) == expected.replace("\n", newline)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Another figure points at this one, and would change with it.
        (NAT, b"natGb: &nat {low: 1, base: 5, high: 9}\n    imagePullGb: *nat"),
        (NAT, b"natGb: *few"),
        (NAT, b"natGb: {<<: *few, base: 1}"),
        (
            NAT,
            b"natGb:\n      low: 1\n      base: 5\n      high: 9\n      source: >-\n        guess:\n        two lines",
        ),
    ],
)
def test_a_layout_that_is_not_understood_is_refused_and_nothing_changes(tmp_path, old, new):
    few = (b"landing:usage:\n", b"landing:usage:\n    auditGb: &few {low: 1, base: 1, high: 1}\n")
    known = b'    auditGb: {low: 5, base: 10, high: 20, source: "guess: the trail\'s files of the days kept"}\n'
    path = copied(tmp_path, "prod", [few, (known, b""), (old, new)])
    before = path.read_bytes()
    readings = {"natGb": spread(1, 2, 3), "auditGb": spread(4, 5, 6)}

    with pytest.raises(LayoutError):
        write_changes("prod", path, changes_of("prod", readings, path=path))

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        (
            "natGb: &n {low: 1, base: 2, high: 3}\n    egressGb: *n",
            "landing:usage.egressGb is an alias of natGb; write it out",
        ),
        ("kmsRequests: &k 7\n    natGb: *k", "landing:usage.natGb is an alias of kmsRequests; write it out"),
        (
            "kmsRequests: {low: &l 1, base: 2, high: 3}\n    natGb: {low: *l, base: 2, high: 3}",
            "landing:usage.natGb.low is an alias of kmsRequests.low; write it out",
        ),
        (
            "kmsRequests: &k {low: 1, base: 2, high: 3}\n    natGb: {<<: *k, high: 9}",
            "landing:usage.natGb.<< is an alias of kmsRequests; write it out",
        ),
    ],
)
def test_an_alias_is_named_with_what_it_stands_for(usage, told):
    text = f"config:\n  landing:usage:\n    {usage}\n"

    with pytest.raises(LayoutError) as caught:
        edited(text, changes_of("prod", {"natGb": spread(5, 6, 7)}))

    assert str(caught.value) == told


def test_an_alias_elsewhere_is_nobody_s_business():
    text = "config:\n  landing:usage:\n    natGb: 1\n    kmsRequests: &k 7\n    egressGb: *k\n"

    assert "natGb: {low: 5, base: 6, high: 7" in edited(text, changes_of("prod", {"natGb": spread(5, 6, 7)}))


def test_what_the_settings_refuse_is_not_written(tmp_path):
    path = copied(tmp_path, "prod")
    before = path.read_bytes()
    early = window("2026-11", 5)

    with pytest.raises(
        LayoutError, match=r"^what was read is refused: landing:volumes.logGbPerMonth\[1\].measuredOn: "
    ):
        write_changes("prod", path, changes_of("prod", windows={LOGS: [early]}))

    assert path.read_bytes() == before


def test_the_changed_document_is_the_old_one_with_the_figures():
    document = read_document(FOLDER / "Pulumi.prod.yaml")
    changed = changed_document(document, changes_of("prod", {"natGb": spread(1, 2, 3)}))

    assert changed["config"]["landing:usage"].pop("natGb")["base"] == 2
    del document["config"]["landing:usage"]["natGb"]
    assert changed == document
    assert measured({date(2026, 9, 1): D(1), date(2026, 10, 1): D(4)}, "x").base == D("2.5")
    assert yaml.safe_load(Path(FOLDER / "Pulumi.prod.yaml").read_text())
