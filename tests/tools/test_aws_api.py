"""The table of what AWS's API takes is what the pinned models say, and reading them loosens what Python cannot say."""

import json
import re

import pytest

from policy.guardrails.aws_api import documented, model
from tests.golden.target import VARIATIONS, recorded
from tests.recordings import once
from tools.aws_api.__main__ import PAGE, TABLE, content, made, main, mapping
from tools.aws_api.generate import table
from tools.aws_api.model import constraint, input_of, is_slow, member, readable
from tools.aws_api.page import page


@pytest.fixture(scope="module")
def generated():
    return once("the table of what AWS's API takes", made)


def test_the_committed_table_and_page_are_what_the_models_say(generated):
    stale = [
        file.name
        for file, text in ((TABLE, content(generated)), (PAGE, page(generated, mapping())))
        if file.read_text() != text
    ]

    assert stale == [], "run .venv/bin/python -m tools.aws_api"


def test_every_pattern_of_the_table_is_one_that_python_reads(generated):
    for name, found in generated.constraints.items():
        assert re.compile(found.get("pattern", "")), name
        assert found, name


@pytest.mark.parametrize(
    ("java", "allows", "refuses"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "가격 표_1", "a'b"),
        (r"\p{Alpha}[\p{Alnum}-]*", "a-1", "1-a"),
        (r"^[\p{Print}]{1,3}$", "a~ ", "한"),
        ("alias/[a-z]+", "alias/key", "alias/1"),
    ],
)
def test_java_s_classes_become_python_s(java, allows, refuses):
    pattern = readable(java)

    assert re.fullmatch(pattern, allows)
    assert not re.fullmatch(pattern, refuses)


@pytest.mark.parametrize("java", [r"[^\p{L}]+", "[a-z&&[^b]]", r"\P{L}", r"\p{InGreek}", "a{2,1}", ".*", r"[\s\S]*"])
def test_what_python_cannot_say_without_refusing_more_is_left_out(java):
    assert readable(java) is None


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        ("(a+)+", True),
        ("(a|b+)*", True),
        (r"(?:[\w.]+)*", True),
        ("[a-zA-Z](?:-?[a-zA-Z0-9]+)*", True),
        (r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$", True),
        (r"[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*", True),
        ("(/[a-z]+)*", False),
        (r"([a-z]{1,63}\.)+", False),
        ("[a-z]+(-[a-z]+)*", False),
        (r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*", False),
        ("(a{1,4})+", False),
    ],
)
def test_a_pattern_that_divides_a_text_in_many_ways_is_left_out(pattern, slow):
    assert is_slow(pattern) is slow
    assert readable(pattern) == (None if slow else pattern)


def test_no_pattern_of_the_table_does(generated):
    assert [name for name, found in generated.constraints.items() if is_slow(found.get("pattern", ""))] == []


def test_a_member_is_found_through_lists_and_a_wrong_one_is_told():
    shape = input_of("budgets", "CreateBudget")

    assert member(shape, "NotificationsWithSubscribers.Notification.Threshold").type_name == "double"
    with pytest.raises(ValueError, match="has no member Thresold; it has "):
        member(shape, "NotificationsWithSubscribers.Notification.Thresold")
    with pytest.raises(ValueError, match="CreateBudgets"):
        input_of("budgets", "CreateBudgets")


def test_the_provider_s_any_case_is_taken_and_no_other_word():
    listener = "aws:lb/listener:Listener"

    assert list(model.refused(listener, {"defaultActions": [], "loadBalancerArn": "arn", "protocol": "https"})) == []
    (line,) = model.refused(listener, {"defaultActions": [], "loadBalancerArn": "arn", "protocol": "htps"})
    assert line.startswith("protocol is not one of ")


def test_a_bound_says_whether_it_is_a_length():
    create = input_of("kms", "CreateAlias")

    assert constraint(member(create, "AliasName")) == {
        "min": 1,
        "max": 256,
        "pattern": "^[a-zA-Z0-9:/_-]+$",
        "text": True,
    }
    assert "text" not in constraint(member(input_of("kms", "ScheduleKeyDeletion"), "PendingWindowInDays"))


BASE = {"everywhere": {}, "same": {}, "anyCase": [], "overrides": {}}
ALIAS = "aws:kms/alias:Alias"


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"types": {ALIAS: {"kms CreateAlias": {"nam": "AliasName"}}}}, "renames nam, which the type has not"),
        ({"types": {ALIAS: {"kms CreateAlias": {"name": "Alias"}}}}, "has no member Alias; it has AliasName"),
        ({"types": {ALIAS: {"kms MakeAlias": None}}}, "kms MakeAlias"),
        ({"types": {}, "same": {"a": "b"}}, "same.a: b is no type of this mapping"),
        ({"types": {}, "anyCase": ["kms.KeyIdType"]}, "anyCase: kms.KeyIdType is no enum that a mapped type has"),
        (
            {"types": {}, "overrides": {"kms.Nothing": {"instead": {}}}},
            "overrides.kms.Nothing: no type that is mapped has it",
        ),
    ],
)
def test_an_entry_that_fits_no_model_is_told_by_name(mapping, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        table({**BASE, **mapping})


def test_a_stale_table_is_told_and_written(tmp_path, monkeypatch, capsys):
    stale, empty = tmp_path / "constraints.json", tmp_path / "aws-accepts-it.md"
    stale.write_text("{}")
    empty.touch()
    small = {**BASE, "types": {ALIAS: {"kms CreateAlias": None}}, "unmapped": {}}
    monkeypatch.setattr("tools.aws_api.__main__.TABLE", stale)
    monkeypatch.setattr("tools.aws_api.__main__.PAGE", empty)
    monkeypatch.setattr("tools.aws_api.__main__.mapping", lambda: small)

    with pytest.raises(SystemExit, match="1"):
        main(check=True)
    main()
    main(check=True)
    assert capsys.readouterr().err.splitlines() == [
        "error: constraints.json and aws-accepts-it.md must be written anew: .venv/bin/python -m tools.aws_api",
    ]
    assert json.loads(stale.read_text())["types"][ALIAS]["block"]["targetKeyId"] == "kms.KeyIdType"


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path


def judged(generated, type_token, path):
    """``None`` where a leaf has no member, else whether the member has a constraint."""
    if any(path == each or path.startswith(f"{each}.") for each in generated.unmatched[type_token]):
        return None
    node = generated.types[type_token]
    for step in path.split("."):
        if isinstance(node, dict) and ("keys" in node or "values" in node):
            return True
        node = node.get("each", node) if isinstance(node, dict) else node
        node = (node.get("block", {}) if isinstance(node, dict) else {}).get(step)
        if node is None:
            return False
    return True


def test_every_type_of_ours_is_mapped_or_named_and_at_least_95_percent_of_what_it_sets_is_judged(generated):
    unmapped = mapping()["unmapped"]
    resources = [made for name in VARIATIONS for made in recorded(name).resources if made.type.startswith("aws:")]
    types = {made.type for made in resources}
    outcomes = {
        (made.type, path): judged(generated, made.type, path)
        for made in resources
        if made.type not in unmapped
        for path in leaves(made.props)
    }
    without = sorted(f"{token} {path}" for (token, path), outcome in outcomes.items() if outcome is None)

    assert types <= generated.types.keys() | unmapped.keys()
    assert model.types() >= generated.types.keys()
    assert documented.types()
    constrained = sum(outcome is True for outcome in outcomes.values())
    assert constrained / (constrained + len(without)) >= 0.95, without
