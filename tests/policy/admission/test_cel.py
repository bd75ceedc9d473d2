"""Our evaluation of CEL comes to what Google's does, for every expression that we write, and unknowns stay unknown."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.resource import UNKNOWN
from policy.admission.cel import CelError, Optional, compiled, evaluate
from policy.admission.policies import general_policies
from policy.guardrails.kubernetes.pods import PROBED, TOKEN
from policy.guardrails.kubernetes.rbac import RULES
from tests.policy.admission.admitting import BrokenExpressionError, Request
from tests.policy.admission.general_cases import BAD, CHANGES, GOOD, REGISTRY, changed

PODS = [GOOD, BAD, {}, *(changed(path, value) for path, value, _ in CHANGES)]
POLICIES = [
    policy["spec"]
    for policy in general_policies(REGISTRY, ["shop"], "Deny")
    if not policy["metadata"]["name"].endswith("-elsewhere")
]
POD_RULES = [rule.expression for rule in (TOKEN, *PROBED)]
NAMES = st.sampled_from(["", "*", "get", "bind", "secrets", "cluster-admin", "system:masters", "nodes/proxy", "create"])
ROLES = st.fixed_dictionaries(
    {},
    optional={
        "rules": st.lists(
            st.fixed_dictionaries(
                {}, optional={key: st.lists(NAMES, max_size=2) for key in ("verbs", "resources", "resourceNames")}
            ),
            max_size=2,
        ),
        "roleRef": st.fixed_dictionaries({}, optional={"name": NAMES}),
        "subjects": st.lists(st.fixed_dictionaries({}, optional={"name": NAMES}), max_size=2),
    },
)


def theirs(expression, obj, variables=()):
    request = Request({"apiVersion": "v1", "kind": "Pod", "metadata": {}, **obj}, "CREATE", "")
    try:
        for name, text in variables:
            request.define(name, text)
        return request.value(expression)
    except BrokenExpressionError:
        return "error"


def ours(expression, obj, variables=()):
    env = {"object": {"apiVersion": "v1", "kind": "Pod", "metadata": {}, **obj}, "variables": {}}
    try:
        for name, text in variables:
            env["variables"][name] = evaluate(text, env)
        return evaluate(expression, env)
    except CelError:
        return "error"


@pytest.mark.parametrize("pod", PODS)
def test_a_pod_is_judged_as_google_s_cel_judges_it(pod):
    for spec in POLICIES:
        variables = [(item["name"], item["expression"]) for item in spec["variables"]]
        for expression in [*(rule["expression"] for rule in spec["validations"]), *POD_RULES]:
            assert ours(expression, {"spec": pod}, variables) == theirs(expression, {"spec": pod}, variables)


@given(role=ROLES)
def test_a_role_is_judged_as_google_s_cel_judges_it(role):
    for _, rule in RULES:
        assert ours(rule.expression, role) == theirs(rule.expression, role)


@pytest.mark.parametrize(
    "expression",
    [
        "object.x == 1", "object.a == 1", "object.a == '1'", "object.a != true", "object.?x.hasValue()", "!object.t",
        "object.l.exists(i, i == 2)", "object.l.all(i, i > 0)", "2 in object.l", "'k' in object.m", "object.m.k == 'v'",
        "object.?m.?k.orValue('') == 'v'", "object.m[?'k'].orValue('') == 'v'", "object.l[0] == 1", "object.l[9] == 1",
        "false && object.x", "object.x && false", "true || object.x", "object.x || true", "object.t ? 1 : object.x",
        "object.l + [4] == [1, 2, 3, 4]", "'a' + 'b' == 'ab'", "object.s.matches('^b')", "object.s.contains('n')",
        "object.s.lowerAscii().startsWith('a')", "object.s.split('/')[1] == 'c'", "object.l.size() == 3", "object.a + 'x'",
        'object.s.endsWith("c")', "{} == {}", "object.s.matches(r'\\d')", "object.a <= 1 && object.a >= 1", "object.a < 'x'",
        "object.s", "object.l.exists(i, i.x == 1)", "object.l.exists(i, i == 1 || i.x == 1)", "[object.a] == [1]",
    ],
)  # fmt: skip
def test_each_part_of_the_language_is_as_google_s(expression):
    obj = {"a": 1, "t": True, "l": [1, 2, 3], "m": {"k": "v"}, "s": "Aban/c"}

    assert ours(expression, obj) == theirs(expression, obj)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("object.u == 1", UNKNOWN), ("object.u && false", False), ("object.u || true", True), ("object.u || false", UNKNOWN),
        ("object.l.exists(i, i == 1)", True), ("object.l.exists(i, i == 2)", UNKNOWN), ("object.l.all(i, i == 2)", False),
        ("1 in object.l", True), ("2 in object.l", UNKNOWN), ("object.u.exists(i, true)", UNKNOWN),
        ("object.?u.?x.orValue(1) == 1", UNKNOWN), ("object.u ? 1 : 2", UNKNOWN), ("!object.u", UNKNOWN),
    ],
)  # fmt: skip
def test_what_nobody_knows_stays_unknown_unless_the_rest_decides(expression, expected):
    assert evaluate(expression, {"object": {"u": UNKNOWN, "l": [1, UNKNOWN]}}) is expected


@pytest.mark.parametrize("text", ["", "a ==", "a b", "(a", "a.foo()", "a ? b", "#", "a.all(x y)"])
def test_what_is_no_cel_of_ours_is_refused(text):
    with pytest.raises(ValueError, match="no CEL"):
        compiled(text)


def test_an_optional_is_told_from_what_is_there():
    assert evaluate("object.?a", {"object": copy.deepcopy({"a": 1})}) == Optional((1,))
    for expression in ("object.a.orValue(1)", "object.a.hasValue()"):
        with pytest.raises(CelError):
            evaluate(expression, {"object": {"a": 1}})
