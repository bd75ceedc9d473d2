"""Each operation of a preview, in the digest's form and in that of events."""

import pytest

from pricing.declared.steps import FAILED, WITHOUT_STATE
from tests.pricing.declared.files import (
    INSTANCE,
    QUEUE,
    component,
    digest,
    event,
    events,
    gaps,
    lines,
    priced,
    resource,
    step,
)

OLD, NEW = (
    resource(INSTANCE, "www", {"instanceType": kind, "subnetId": "subnet-0"}) for kind in ("t2.medium", "t2.micro")
)
MICRO, MEDIUM = [("www", 730 * 144 / 10_000)], [("www", 730 * 576 / 10_000)]
TOP = component("pulumi:pulumi:Stack", "web-dev")


def instances(found):
    return [(name, float(usd)) for name, item, usd in lines(found) if item == "instance"]


CASES = [
    ("what stays the same is billed", [("same", NEW, NEW)], MICRO, {}),
    ("what is created is billed", [("create", NEW, None)], MICRO, {}),
    ("what is updated is billed as it will be", [("update", NEW, OLD)], MICRO, {}),
    ("what is imported is billed", [("import", NEW, None)], MICRO, {}),
    ("what is refreshed is billed", [("refresh", NEW, OLD)], MICRO, {}),
    ("what a refresh finds gone is not", [("refresh", None, OLD)], [], {"deleted": 1}),
    ("what is deleted is not", [("delete", None, OLD)], [], {"deleted": 1}),
    ("what is discarded is not", [("discard", None, {**OLD, "external": True})], [], {"deleted": 1}),
    ("what is read is not", [("read", {**NEW, "external": True}, None)], [], {"read, not managed by the stack": 1}),
    ("what is refreshed and then updated counts once", [("refresh", OLD, OLD), ("update", NEW, OLD)], MICRO, {}),
    ("what is refreshed and then deleted is gone", [("refresh", OLD, OLD), ("delete", None, OLD)], [], {"deleted": 1}),
    (
        "a replacement counts once",
        [("create-replacement", NEW, OLD), ("replace", NEW, OLD), ("delete-replaced", None, OLD)],
        MICRO,
        {},
    ),
    (
        "so does one that deletes first",
        [("delete-replaced", None, OLD), ("replace", NEW, OLD), ("create-replacement", NEW, None)],
        MICRO,
        {},
    ),
    (
        "so does an import that replaces",
        [("import-replacement", NEW, OLD), ("replace", NEW, OLD), ("discard-replaced", None, OLD)],
        MICRO,
        {},
    ),
    (
        "a predecessor from an earlier update goes, and its successor stays",
        [("same", NEW, NEW), ("delete", None, {**OLD, "delete": True})],
        MICRO,
        {},
    ),
    (
        "a refresh of a predecessor says nothing of its successor",
        [("refresh", NEW, NEW), ("refresh", {**OLD, "delete": True}, {**OLD, "delete": True})],
        MICRO,
        {},
    ),
    (
        "a removed pending replacement is made anew",
        [("remove-pending-replace", None, OLD), ("create", NEW, None)],
        MICRO,
        {},
    ),
    (
        "what leaves the stack and stays at AWS is told",
        [("delete", None, {**OLD, "retainOnDelete": True})],
        [],
        {"leaves the stack and stays at AWS, which goes on billing it (retainOnDelete)": 1},
    ),
]


@pytest.mark.parametrize(("steps", "billed", "left_out"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_operation_in_a_digest_and_in_events(steps, billed, left_out):
    for text in (digest(*(step(*each) for each in steps)), events(*(event(*each) for each in steps))):
        found = priced(text)

        assert (instances(found), found.inventory.left_out) == (billed, left_out)


def test_a_digest_without_what_stays_the_same_says_how_many_are_missing():
    text = digest(step("same", TOP, TOP), step("create", NEW), changeSummary={"same": 41, "create": 1})

    (gap,) = priced(text).bill.unpriced

    assert gap.urn == "urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev"
    assert gap.reason == "unchanged resources that are not in this file: 40; run pulumi preview --json --show-sames"


def test_what_a_refresh_lists_is_not_missing():
    theirs = resource(QUEUE, "theirs", external=True)
    steps = (step("same", TOP, TOP), step("refresh", NEW, OLD), step("refresh", theirs, theirs))
    text = digest(*steps, changeSummary={"same": 3})

    assert priced(text).bill.unpriced == ()


def test_a_preview_that_failed_says_that_something_is_missing():
    digests = digest(step("create", NEW), diagnostics=[{"severity": "warning"}, {"severity": "error", "message": "x"}])
    cancelled = events(event("create", NEW), ended=False) + '{"sequence": 2, "timestamp": 1, "cancelEvent": {}}'
    failed = events(event("create", NEW), result="failed")
    diagnosed = events({"sequence": 1, "diagnosticEvent": {"severity": "error", "message": "x"}}, event("create", NEW))

    for text in (digests, cancelled, failed, diagnosed):
        found = priced(text)
        assert (instances(found), gaps(found)) == (MICRO, [("web-dev", FAILED)])


def test_a_resource_without_a_state_is_a_gap_and_never_priced_by_defaults():
    found = priced(digest({"op": "create", "urn": NEW["urn"], "detailedDiff": None}))

    assert (found.bill.lines, gaps(found)) == ((), [("www", WITHOUT_STATE)])
    assert found.bill.unpriced[0].type == INSTANCE


def test_events_leave_out_what_is_false_so_a_component_is_one_that_does_not_say_it_is_none():
    found = priced(
        events(event("create", component("acme:web:Site", "site")), event("create", resource(QUEUE, "jobs")))
    )

    assert [name for name, _ in gaps(found)] == ["jobs"]


def test_an_update_s_events_are_read_like_a_preview_s():
    # pulumi/pulumi, pkg/backend/display/testdata/not-truncated/up.json: the log of an update, without planning.
    done = event("update", NEW, OLD, kind="resOutputsEvent")
    done["resOutputsEvent"].pop("planning")

    assert instances(priced(events(event("update", OLD, OLD), done))) == MICRO
