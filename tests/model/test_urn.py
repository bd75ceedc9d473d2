"""One reader of URNs: by the engine's rule, whatever a name holds, and no other anywhere."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import type_tokens
from model.urn import NO_URN, Urn, name_of, pattern_parts, provider_of, typed_name

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("stacks", "model", "pricing", "policy", "components", "landing", "preview", "migration", "tools")
CUTS = ("split", "rsplit", "partition", "rpartition", "join", "replace", "removeprefix")
#: Who else cuts at ``::`` or ``$``, and what it is there.
OTHERS = {
    "model/orders/cloudformation.py": "CloudFormation's own types, AWS::EC2::Instance",
    "preview/questions/realised_cost.py": "Cost Explorer's keys, decision$cache",
}
STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
BUCKET = "urn:pulumi:prod::shop::alphacar:bucket:Bucket$aws:s3/bucket:Bucket::logs"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (STACK, ("prod", "shop", type_tokens.PULUMI_STACK, "shop-prod")),
        (BUCKET, ("prod", "shop", "alphacar:bucket:Bucket$aws:s3/bucket:Bucket", "logs")),
        ("urn:pulumi:prod::a shop::x:y:Z::", ("prod", "a shop", "x:y:Z", "")),
        ("urn:pulumi:prod::shop::x:y:Z::a::b$c::d", ("prod", "shop", "x:y:Z", "a::b$c::d")),
        ("urn:pulumi:prod::shop::x:y:Z:::a", ("prod", "shop", "x:y:Z", ":a")),
        ("urn:pulumi:prod::shop::x:y:Z::a\n::b", ("prod", "shop", "x:y:Z", "a\n::b")),
        ("urn:pulumi:::::::", ("", "", "", "")),
        ("urn:pulumi:::::x$y::a", ("", "", "x$y", "a")),
    ],
)
def test_a_urn_has_the_parts_that_the_engine_gives_it(text, parts):
    assert Urn.parse(text) == parts
    assert str(Urn.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "logs",
        "a::b::c::d",
        "urn:pulumi:prod::shop::x:y:Z",
        "URN:PULUMI:A::B::C::D",
        "urn:other:a::b::c::d",
        "::",
        "$",
    ],
)
def test_what_is_no_urn_has_empty_parts_and_is_called_by_its_whole_text(text):
    assert Urn.parse(text) == NO_URN
    assert (Urn.parse(text).type, Urn.parse(text).parent_types) == ("", ())
    assert name_of(text) == text


part = st.text(st.characters(exclude_characters=":$"))
token = st.builds("{}:{}:{}".format, part, part.filter(bool), part.filter(bool))
parent = st.builds(lambda types: str(Urn("s", "p", "$".join(types), "above")), st.lists(token, min_size=1, max_size=3))


@given(part, part, token, st.text(), st.none() | parent)
def test_what_is_built_of_parts_is_read_as_those_parts(stack, project, type_, name, above):
    built = Urn.of(stack, project, type_, name, above)
    read = Urn.parse(str(built))

    assert read == built
    assert (read.stack, read.project, read.type, read.name) == (stack, project, type_, name)
    assert read.parent_types == (tuple(Urn.parse(above).qualified_type.split("$")) if above else ())
    assert str(read).endswith(typed_name(type_, name))


@given(st.text(":$urnpulmi-", max_size=40).map("urn:pulumi:".__add__))
def test_any_text_is_read_without_an_error_and_written_as_it_was(text):
    read = Urn.parse(text)

    assert read == NO_URN or str(read) == text
    assert name_of(text)


def test_the_root_stack_is_nobody_s_parent_type():
    assert str(Urn.of("prod", "shop", "x:y:Z", "a", STACK)) == "urn:pulumi:prod::shop::x:y:Z::a"
    assert Urn.of("prod", "shop", "x:y:Z", "a", BUCKET).parent_types == (
        "alphacar:bucket:Bucket",
        "aws:s3/bucket:Bucket",
    )


@pytest.mark.parametrize(
    ("reference", "urn"), [(f"{BUCKET}::7d6b", BUCKET), (f"{BUCKET}::a::7d6b", f"{BUCKET}::a"), ("", None)]
)
def test_a_reference_to_a_provider_ends_with_its_id(reference, urn):
    assert provider_of(reference) == urn


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("*redis", ["*redis"]),
        ("*::x:y:Z", ["*", "x:y:Z"]),
        ("*::x:y:Z::a", ["*", "x:y:Z", "a"]),
        ("urn:pulumi:prod::shop::x:y:Z::a", ["urn:pulumi:prod::shop", "x:y:Z", "a"]),
        ("::x:y:Z::a", ["", "x:y:Z", "a"]),
    ],
)
def test_a_pattern_is_read_from_its_end(pattern, parts):
    assert pattern_parts(pattern) == parts


def test_nothing_else_takes_a_urn_apart_or_puts_one_together():
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        name = str(path.relative_to(ROOT))
        if name != "model/urn.py" and name not in OTHERS:
            assert not list(_by_hand(ast.parse(path.read_text()))), f"{name} reads or writes URNs itself: model/urn.py"
    for path in sorted((ROOT / "preview").rglob("*.j2")):
        assert not re.search(r"""split\(["']::""", path.read_text()), f"{path.name} reads URNs itself: model/urn.py"


def _by_hand(tree):
    """Calls that cut or join at ``::`` or ``$``, and texts that begin as a URN does; no docstrings."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = [each.value for each in (node.func.value, *node.args) if isinstance(each, ast.Constant)]
            yield from ((node.func.attr, each) for each in said if each in ("::", "$") and node.func.attr in CUTS)
        elif isinstance(node, ast.Constant) and id(node) not in prose and str(node.value).startswith("urn:pulumi:"):
            yield node.value
