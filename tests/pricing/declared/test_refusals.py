"""A file that cannot be read ends in one line with its position, wherever it is broken, and quotes nothing of it."""

import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.declared.cursor import DEEPEST
from pricing.declared.fault import ALLOWED, FaultError, UnreadableFileError
from pricing.declared.read import decode_json, inventory_of, read_inventory
from pricing.report.render import FORMATS, render
from tests.pricing.declared.files import (
    INSTANCE,
    SECRET,
    SIGNATURE,
    component,
    digest,
    event,
    events,
    priced,
    provider,
    resource,
    state,
    step,
)

CANARY = "hunter2-TOPSECRET"
WEB = resource(
    INSTANCE,
    "웹서버",
    {"instanceType": "t3.micro", "userData": {SIGNATURE: SECRET, "plaintext": f'"{CANARY}"'}},
    parent="urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev",
    dependencies=["urn:pulumi:dev::web::aws:ec2/vpc:Vpc::v"],
    propertyDependencies={"subnetId": ["urn:pulumi:dev::web::aws:ec2/subnet:Subnet::s"]},
    outputs={"arn": "arn:aws:ec2:ap-northeast-2:1:instance/i"},
)
TOP = component("pulumi:pulumi:Stack", "web-dev")
LANDING = json.dumps({"resources": [{**WEB, "provider": None}], "schemaVersion": "1.1", "stack": "dev"})
DOCUMENTS = {
    "state": state(TOP, provider(), WEB, pending_operations=[{"resource": WEB, "type": "creating"}]),
    "checkpoint": json.dumps({"version": 3, "checkpoint": {"stack": "dev", "latest": {"resources": [WEB]}}}),
    "preview": digest(
        step("same", TOP, TOP),
        step("update", WEB, WEB),
        diagnostics=[{"severity": "warning", "message": CANARY}],
        changeSummary={"same": 1, "update": 1},
    ),
    "landing": LANDING,
}
EVENTS = events(event("same", TOP, TOP), event("update", WEB, WEB))
ALL = {**DOCUMENTS, "events": EVENTS}


def refused(tmp_path, content):
    """The line that a file of ``content`` ends in, or nothing where it is read."""
    file = tmp_path / "file.json"
    file.write_bytes(content)
    try:
        read_inventory(str(file))
    except UnreadableFileError as error:
        line = str(error)
        assert line.startswith(f"{file}: ")
        assert "\n" not in line
        assert CANARY not in line
        return line.removeprefix(f"{file}: ")
    return None


def fault_of(content):
    """What is wrong with what is left of a file; asked without a file, for each of its bytes."""
    try:
        inventory_of(decode_json(content))
    except FaultError as fault:
        return fault
    return None


def whole_from(content, last):
    """The first byte from which on nothing is missing, up to ``last``."""
    faults = [fault_of(content[:end]) for end in range(last)]
    assert all(0 <= fault.at <= len(content) for fault in faults if fault)
    return next((end for end, fault in enumerate(faults) if fault is None), last)


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_document_that_is_cut_off_anywhere_is_refused(form, tmp_path):
    whole = json.dumps(json.loads(DOCUMENTS[form]), ensure_ascii=False).encode()

    assert whole_from(whole, len(whole)) == len(whole)
    assert fault_of(whole) is None
    for end in range(0, len(whole), 97):
        told = refused(tmp_path, whole[:end]) or "read"
        assert re.match(r"(line 1, column \d+|byte \d+): .*allowed", told), told


def test_events_that_are_cut_off_before_their_summary_are_refused():
    whole = EVENTS.encode()
    complete = whole.index(b'{"sequence": 9') - 1

    assert whole_from(whole, complete) == complete
    assert fault_of(whole[:complete]) is None
    assert fault_of(whole) is None


def test_the_position_is_that_of_the_fault(tmp_path):
    text = '{\n  "version": 3,\n  "deployment": {\n    "resources": [\n      {"urn": 7}\n    ]\n  }\n}\n'

    assert refused(tmp_path, text.encode()) == "line 5, column 15: resources[0].urn is a number; allowed is text"
    assert refused(tmp_path, text.replace("7", '"u" "v"').encode()) == (
        f"line 5, column 19: is cut or malformed: expecting ',' delimiter; {ALLOWED}"
    )
    assert refused(tmp_path, text.replace("7", '"u", "urn": "v"').encode()) == (
        f"line 5, column 20: a key is written twice in one mapping; {ALLOWED}"
    )


OTHERS = [
    ("nothing", b"", "line 1, column 1: is empty; "),
    ("only space", b" \n ", "line 2, column 2: is empty; "),
    (
        "another document",
        b'{"format_version": "1.2"}',
        "line 1, column 1: is none of the documents that can be priced; ",
    ),
    (
        "a plan of an update",
        b'{"resourcePlans": {}}',
        "line 1, column 1: is none of the documents that can be priced; ",
    ),
    ("no version of ours", b'{"resources": []}', "line 1, column 1: is none of the documents that can be priced; "),
    ("two forms at once", b'{"deployment": {}, "steps": []}', "line 1, column 1: is none of the documents"),
    ("a list", b"[]", "line 1, column 1: the document is a list; allowed is a mapping"),
    ("text", b"Previewing update (dev)", "line 1, column 1: is cut or malformed: expecting value; "),
    ("a table", b"\x89PNG\r\n\x1a\n", "byte 0: is not UTF-8 text; "),
    ("compressed", b"\x1f\x8b\x08", "byte 0: is compressed; unpack it with gunzip"),
    ("a byte that is no text", b'{"version": 3, "x": "\xff"}', "byte 21: is not UTF-8 text; "),
    ("half of a UTF-16 letter", '{"version": 3'.encode("utf-16")[:-1], "byte 26: is not UTF-16 text; "),
    ("null bytes", b"\0" * 8, "line 1, column 1: is cut or malformed: expecting value; "),
    ("a null byte inside", b'{"version":\x003}\n\n\n\n', "line 1, column 12: is cut or malformed: expecting value; "),
    ("what follows the end", b'{"version": 3, "deployment": {}} {}', "line 1, column 34: something follows the end"),
    (
        "a version to come",
        b'{"version": 5, "deployment": {}}',
        "line 1, column 13: version is not one that is read here",
    ),
    ("a version that is none", b'{"version": true, "deployment": {}}', "line 1, column 13: version is not one that is"),
    (
        "our own to come",
        b'{"schemaVersion": "3.0", "resources": []}',
        "line 1, column 19: schemaVersion is not one that",
    ),
    ("a key twice", b'{"version": 3, "version": 3}', "line 1, column 16: a key is written twice in one mapping; "),
    (
        "no number",
        b'{"deployment": {"manifest": {"x": NaN}}}',
        "line 1, column 35: is no number of JSON, or one of too",
    ),
    ("endlessness", b'{"deployment": {"x": ["NaN", -Infinity]}}', "line 1, column 30: is no number of JSON"),
    ("too many digits", b'{"deployment": {"x": [1, ' + b"9" * 5000 + b"]}}", "line 1, column 26: is no number of JSON"),
    (
        "an unknown operation",
        b'{"steps": [{"op": "melt", "urn": "u"}]}',
        "line 1, column 19: op is unknown; allowed are ",
    ),
    (
        "a count below 0",
        b'{"steps": [], "changeSummary": {"same": -1}}',
        "line 1, column 41: changeSummary.same is a number",
    ),
]


@pytest.mark.parametrize(("content", "line"), [case[1:] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_what_is_none_of_the_documents_is_refused(content, line, tmp_path):
    assert (refused(tmp_path, content) or "read").startswith(line)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [DEEPEST + 5, 100_000])
def test_what_is_nested_too_deeply_is_refused(opening, depth, tmp_path):
    closing = "]" if opening == "[" else "}"
    deep = f"{opening * depth}0{closing * depth}"
    text = state(resource(INSTANCE, "www", {"x": "DEEP"})).replace('"DEEP"', deep)

    assert re.match(r"line \d+, column \d+: .*nested", refused(tmp_path, text.encode()) or "read")


def test_what_is_nested_as_deeply_as_allowed_is_priced(tmp_path):
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)

    assert refused(tmp_path, state(resource(INSTANCE, "www", {"x": "DEEP"})).replace('"DEEP"', deep).encode()) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_redirection_of_powershell_is_read(encoding):
    assert inventory_of(decode_json(DOCUMENTS["state"].encode(encoding))) == inventory_of(DOCUMENTS["state"])


def test_what_is_no_file_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(mode=0o000)

    with pytest.raises(UnreadableFileError, match=r"nowhere: cannot be read \(No such file or directory\); allowed is"):
        read_inventory("nowhere")
    with pytest.raises(UnreadableFileError, match=r"cannot be read \(Is a directory\); allowed is"):
        read_inventory(str(tmp_path))
    if os.geteuid():
        with pytest.raises(UnreadableFileError, match=r"cannot be read \(Permission denied\); allowed is"):
            read_inventory(str(secret))


STRANGE = [None, True, 0, -1, 2.5, 10**30, 1e300, "", "x", "\x1b[31m\ud800", [], [1], {}, {"a": 1}, {SIGNATURE: SECRET}]


def paths(value, path=()):
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in parts:
        yield from paths(item, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("form", DOCUMENTS)
def test_whatever_stands_at_a_key_the_file_is_priced_or_refused(form):
    whole = json.loads(DOCUMENTS[form])
    outcomes = set()

    for path in paths(whole):
        for strange in STRANGE:
            outcomes.add(outcome(json.dumps(replaced(whole, path, strange))))

    assert outcomes == {"priced", "refused"}


def test_whatever_stands_at_a_key_of_an_event_it_is_priced_or_refused():
    first, *others = (json.loads(line) for line in EVENTS.splitlines())
    outcomes = set()

    for path in paths(others):
        for strange in STRANGE:
            told = [first, *replaced(others, path, strange)]
            outcomes.add(outcome("".join(f"{json.dumps(line)}\n" for line in told)))

    assert outcomes == {"priced", "refused"}


def outcome(text):
    """``priced`` or ``refused``; whichever it is, no secret and no escape sequence is told."""
    fault = fault_of(text.encode())
    if fault:
        assert CANARY not in str(fault)
        return "refused"
    found = priced(text)
    for form in FORMATS:
        written = render(found, form, "file.json").encode()
        assert CANARY.encode() not in written
        assert b"\x1b" not in written
    return "priced"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(inputs=st.dictionaries(st.sampled_from(["instanceType", "region", "tags", "ebsBlockDevices", "x"]), JSON))
def test_whatever_a_resource_s_inputs_hold_it_is_priced(inputs):
    assert outcome(state(resource(INSTANCE, "www", inputs))) == "priced"


@given(content=st.binary(max_size=64))
def test_no_bytes_end_in_anything_but_a_fault(content):
    with pytest.raises(FaultError):
        inventory_of(decode_json(content))
