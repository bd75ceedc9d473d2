"""What the engine sends is read as the policy SDK would read it, save what the SDK cannot."""

import math

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from model.resource import SECRET_SIGNATURE, SIGNATURE, UNKNOWN, UNKNOWN_SENTINELS
from policy.engine.struct_decoder import decode

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(sorted(UNKNOWN_SENTINELS)),
)
KEYS = st.text(max_size=5).filter(lambda key: key != "__target")
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        inner.map(lambda value: {SIGNATURE: SECRET_SIGNATURE, "value": value}),
    ),
    max_leaves=12,
)


def struct(values):
    made = struct_pb2.Struct()
    made.update(values)
    return made


def read_by_the_sdk(container, key):
    """As a policy that touches everything would see it: an unknown raises."""
    try:
        value = container[key]
    except UnknownValueError:
        return UNKNOWN
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if hasattr(value, "keys"):
        return {each: read_by_the_sdk(value, each) for each in sorted(value)}
    if value is not None and not isinstance(value, str | bool | int):
        return [read_by_the_sdk(value, place) for place in range(len(value))]
    return value


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_everything_is_read_as_by_the_sdk(values):
    sent = struct(values)
    proxied = unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(sent)))

    read = decode(sent)

    assert read == {key: read_by_the_sdk(proxied, key) for key in sorted(values)}
    assert list(read) == sorted(values)
    assert all(type(value) is not float or not value.is_integer() for value in read.values())


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_unknown(number):
    assert decode(struct({"size": number, "sizes": [1, number]})) == {"size": UNKNOWN, "sizes": [1, UNKNOWN]}


@pytest.mark.parametrize(
    ("envelope", "read"),
    [
        ({SIGNATURE: SECRET_SIGNATURE}, UNKNOWN),
        ({SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "path": "handler.py"}, {"path": "handler.py"}),
        ({SIGNATURE: "nobody's", "a": 1}, {"a": 1}),
    ],
    ids=["a secret without content", "an asset", "a signature that nobody knows"],
)
def test_an_envelope_that_the_sdk_refuses_or_makes_an_object_of_ends_nothing(envelope, read):
    assert decode(struct({"code": envelope})) == {"code": read}


def test_what_is_nested_without_end_is_unknown_and_the_rest_is_read():
    deep = struct_pb2.Value()
    inner = deep
    for _ in range(5_000):
        inner = inner.list_value.values.add()
    inner.string_value = "here"

    sent = struct({"name": "web"})
    sent.fields["deep"].CopyFrom(deep)

    assert decode(sent) == {"deep": UNKNOWN, "name": "web"}
