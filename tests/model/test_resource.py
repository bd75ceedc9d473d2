"""One walk through a property: every value with its path, however deep; and what is read from it means the same."""

from model.resource import UNKNOWN, walk
from preview.simulate.wire import holds_secret, holds_unknown, leaves, wrap_secret
from pricing.coverage.custom_resources import claims

PROPS = {"b": [{"c": 1}, []], "a": {"d": None}, ".e": UNKNOWN}


def test_everything_is_met_once_in_order_with_its_path():
    assert list(walk(PROPS)) == [
        ((), PROPS),
        (("b",), [{"c": 1}, []]),
        (("b", 0), {"c": 1}),
        (("b", 0, "c"), 1),
        (("b", 1), []),
        (("a",), {"d": None}),
        (("a", "d"), None),
        ((".e",), UNKNOWN),
    ]


def test_leaves_are_what_holds_nothing_by_the_path_one_would_write():
    assert list(leaves(PROPS)) == [("b[0].c", 1), ("a.d", None), (".e", UNKNOWN)]
    assert list(leaves([1, {"a": 2}])) == [("[0]", 1), ("[1].a", 2)]
    assert list(leaves(3)) == [("", 3)]


def test_no_nesting_is_too_deep():
    def nested(value):
        for place in range(5_000):
            value = [value] if place % 2 else {"a": value}
        return value

    assert sum(1 for _ in walk(nested("x"))) == 5_001
    assert holds_secret(nested(wrap_secret("x")))
    assert not holds_unknown(nested("x"))
    assert claims(nested({"requests": {"storage": "9Gi"}}))
    assert not claims(nested({"requests": {"cpu": "1"}}))
