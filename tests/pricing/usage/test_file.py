"""Usage from a file: the keys of ``landing:usage``, in YAML or JSON, and one line for what is none of them."""

import json
from decimal import Decimal

import pytest

from pricing.usage.file import UsageError, read_usage
from stacks.load import FOLDER, stack_file


def written(tmp_path, content, name="usage.yaml"):
    file = tmp_path / name
    file.write_text(content) if isinstance(content, str) else file.write_bytes(content)
    return str(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("usage.yaml", "natGb: 100\negressGb: {low: 1, base: 2.5, high: 4}\n"),
        ("usage.json", '{\n\t"natGb": 100, "egressGb": {"low": 1, "base": 2.5, "high": 4}}'),
        ("usage.json", '{"natGb": 100, "egressGb": {"low": 1, "base": 2.5, "high": 4}}'.encode("utf-16")),
        ("Pulumi.web.yaml", "config:\n  landing:usage: {natGb: 100, egressGb: {low: 1, base: 2.5, high: 4}}\n"),
    ],
)
def test_figures_and_ranges_are_read(name, content, tmp_path):
    usage = read_usage(written(tmp_path, content, name))

    assert (usage.nat_gb.base, usage.egress_gb.low, usage.egress_gb.base, usage.egress_gb.high) == (
        *(Decimal(100), Decimal(1), Decimal("2.5"), Decimal(4)),
    )
    assert usage.dns_queries is None


def test_a_stack_file_of_ours_will_do():
    assert read_usage(str(FOLDER / "Pulumi.prod.yaml")) == stack_file("prod").settings.usage


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("natGB: 100", "natGB: unknown key; did you mean natGb?"),
        ("nat_gb: 100", "nat_gb: unknown key; did you mean natGb?"),
        ("backupGB: 1\nnatGB: 1", "backupGB: unknown key; did you mean backupGb?"),
        ("natGb: much", "natGb: 'much' is refused: input should be a number"),
        ("natGb: -1", "natGb: -1 is refused: input should be 0 to 1000000000000"),
        ("natGb: -1\negressGb: x", "natGb: -1 is refused: input should be 0 to 1000000000000 (and 1 more)"),
        ("natGb: {low: 3, base: 2, high: 1}", "natGb: {'low': 3, 'base': 2, 'high': 1} is refused: low, base and high"),
        ("natGb: {base: 2}", "natGb.low: is missing and has no default (and 1 more)"),
        ("natGb: {low: 1, base: 2, high: 3, top: 4}", "natGb.top: unknown key; allowed are base, high, low"),
        ("natGb: .nan", "line 1: .nan is no number that JSON could hold"),
        ("- natGb", "must be a mapping of figures, such as natGb: 100"),
        ("", "must be a mapping of figures, such as natGb: 100"),
        ("natGb: 1\nnatGb: 2", "line 2: the key natGb is written twice"),
        ("natGb: [", "is not YAML: "),
    ],
)
def test_what_is_no_figure_is_told_in_one_line(content, line, tmp_path):
    file = written(tmp_path, content)

    with pytest.raises(UsageError) as caught:
        read_usage(file)

    assert str(caught.value).startswith(f"{file}: {line}")
    assert "\n" not in str(caught.value)


def test_a_key_that_is_like_none_tells_all_that_are_allowed(tmp_path):
    with pytest.raises(
        UsageError, match=r"zzz: unknown key; allowed are applicationLogGb, auditGb, .*, workflowLogGb$"
    ):
        read_usage(written(tmp_path, "zzz: 1"))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"natGb": 1', "line 1, column 12: is cut or malformed"),
        ('{"natGb": NaN}', "line 1, column 11: is no number of JSON"),
        (json.dumps([1]), "must be a mapping of figures"),
        (b"\xff", "byte 0: is not UTF-8 text"),
    ],
)
def test_json_is_refused_with_its_position(content, line, tmp_path):
    file = written(tmp_path, content, "usage.json")

    with pytest.raises(UsageError) as caught:
        read_usage(file)

    assert str(caught.value).startswith(f"{file}: {line}")


def test_a_file_that_is_not_there_is_named(tmp_path):
    for name in ("nowhere.json", "nowhere.yaml"):
        with pytest.raises(UsageError, match=rf"{name}: cannot be read \(No such file or directory\)"):
            read_usage(str(tmp_path / name))
