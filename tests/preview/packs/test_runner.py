from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from preview.packs import process as pack
from preview.packs.runner import Finding, PackError, Packs
from preview.simulate.registration import Recording, Registration, child_urn, urn_of
from preview.simulate.wire import UNKNOWN_TEXT, make_reference, wrap_secret

TINY = Path(__file__).with_name("tiny")
STACK = urn_of("dev", "shop", None, "pulumi:pulumi:Stack", "shop-dev")


def made(kind, name, inputs=None, **options):
    type_ = kind if ":" in kind else f"test:index:{kind}"
    parent = options.pop("parent", STACK)
    inputs = inputs or {}
    options = {"outputs": inputs, **options}
    return Registration(
        urn=child_urn(parent, type_, name), type=type_, name=name, parent=parent, inputs=inputs, **options
    )


HOME = made("Component", "home", custom=False, outputs={"opened": True})
SEOUL = made("pulumi:providers:test", "seoul", {"region": "ap-northeast-2"})
BUCKET = made("Bucket", "open", {"acl": "public"})
SEEN = made(
    "Seen",
    "seen",
    {"home": make_reference(HOME.urn, custom=False), "password": wrap_secret("hunter2"), "__internal": "x"},
    parent=HOME.urn,
    protect=True,
    ignore_changes=("password",),
    custom_timeouts={"create": 60.0},
    provider=SEOUL.urn,
)
POINTER = made(
    "Reference", "pointer", {"to": make_reference(BUCKET.urn, custom=True)}, property_dependencies={"to": (BUCKET.urn,)}
)


def packs(*folders, **options):
    defaults = {"project": "shop", "stack": "dev", "config": {"tiny:greeting": "hello"}}
    return Packs(folders or [TINY], **{**defaults, **options})


def recording(*registrations):
    root = Registration(urn=STACK, type="pulumi:pulumi:Stack", name="shop-dev", inputs={}, custom=False)
    return Recording("shop", "dev", (root, *registrations), {})


@pytest.fixture(scope="module")
def running():
    with packs() as running:
        yield running


@pytest.fixture(scope="module")
def judge(running):
    def judged(*registrations, stack=False):
        found = running.judge(recording(*registrations))
        return found if stack else [each for each in found if each.policy != "whole-stack"]

    return judged


def test_a_violation_is_a_mandatory_finding_about_its_resource(judge):
    closed = made("Bucket", "closed", {"acl": "private"})

    assert judge(BUCKET, closed) == [
        Finding(
            "tiny",
            "no-public-buckets",
            "mandatory",
            urn=BUCKET.urn,
            message="open is public",
            kind="violation",
        )
    ]


def test_a_pack_sees_what_the_engine_would_send(judge):
    (found,) = judge(HOME, SEOUL, SEEN)

    assert ast.literal_eval(found.message) == {
        "keys": ["home", "password"],
        "opened": True,
        "component": "home",
        "protect": True,
        "ignores": ["password"],
        "timeout": 60,
        "parent": "home",
        "provider": ("seoul", "ap-northeast-2"),
        "config": "hello",
        "where": ("dev", "shop", True, "tiny"),
    }


@pytest.mark.parametrize("value", [UNKNOWN_TEXT, make_reference(BUCKET.urn, custom=True)])
def test_an_unknown_turns_a_mandatory_policy_into_advice(judge, value):
    (found,) = judge(BUCKET, made("Reference", "pointer", {"to": value}, property_dependencies={"to": (BUCKET.urn,)}))[
        :1
    ]

    assert (found.policy, found.level) == ("needs-the-id", "advisory")
    assert "can't be known during preview" in found.message


def test_a_policy_that_does_not_apply_says_so(judge):
    (found,) = judge(made("Exempt", "free"))

    assert (found.level, found.message) == ("advisory", "not applicable: not for this one")


def test_what_another_s_pack_writes_says_nothing_about_its_kind(judge):
    assert [(each.policy, each.level, each.waived, each.kind) for each in judge(made("Noted", "noted"))] == [
        ("notes", "advisory", False, "advisory")
    ]


def test_a_remedy_is_seen_by_every_later_policy_and_by_the_reader(judge):
    plain = made("Plain", "plain", {"size": 1})

    assert [(each.policy, each.urn, each.message) for each in judge(plain, stack=True)] == [
        ("must-be-named", plain.urn, "remediated: About must-be-named"),
        ("whole-stack", STACK, "2 resources"),
        ("whole-stack", plain.urn, "named given"),
    ]


def test_a_stack_policy_sees_outputs_parents_and_dependencies(judge):
    found = {
        each.urn: each.message for each in judge(BUCKET, HOME, POINTER, stack=True) if each.policy == "whole-stack"
    }

    assert found == {
        STACK: "4 resources",
        HOME.urn: "opened True",
        POINTER.urn: "by open below shop-dev",
    }


def test_a_pack_that_breaks_names_itself_and_the_resource(judge):
    boom = made("Boom", "boom")

    with pytest.raises(PackError, match=f"pack tiny failed on {boom.urn}: .*it broke"):
        judge(boom)


def test_findings_are_sorted_whatever_the_order_of_arrival(judge):
    others = [made("Bucket", f"open-{place}", {"acl": "public"}) for place in range(20)]

    forward, backward = judge(*others), judge(*reversed(others))

    assert len(forward) == 20
    assert forward == backward == sorted(forward)


TWINS = """
from pulumi_policy import PolicyPack, StackValidationPolicy

twin = lambda: StackValidationPolicy(name="twin", description="One of two", validate=lambda args, report: None)
PolicyPack("twins", [twin(), twin()])
"""


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import nothing_of_that_name", "ended with exit code 1 before it was ready:\n(?s:.)*ModuleNotFoundError"),
        ("print('hello')", "printed 'hello' before its port"),
        ("import time; time.sleep(60)", "did not start within 1 seconds"),
        (TWINS, "pack twins has two policies named twin"),
    ],
)
def test_a_pack_that_cannot_be_used_says_why_and_is_ended(tmp_path, program, reason):
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(program)
    patience = 1 if "sleep" in program else 60

    with packs(tmp_path, start_seconds=patience) as running:
        with pytest.raises(PackError, match=reason):
            running.judge(recording())
        processes = [each._process for each in running._running]

    assert [process.poll() is not None for process in processes] == [True]


def test_with_a_folder_that_holds_no_pack_none_is_started(tmp_path):
    running = packs(TINY, tmp_path)

    with pytest.raises(PackError, match=r"holds PulumiPolicy\.yaml and __main__\.py"), running:
        raise AssertionError("must not be entered")

    assert running._running == []


def test_packs_end_with_an_exception():
    def interrupted():
        with packs() as running:
            processes.extend(each._process for each in running._running)
            raise KeyboardInterrupt

    processes = []
    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert [process.poll() is not None for process in processes] == [True]


COUNTING = """
import threading

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

asked = []
arrived = threading.Condition()

def count(args, report):
    if args.name == "open":
        with arrived:
            asked.append(args.props["acl"])
            arrived.notify_all()
            # A pack works on several requests at once: whichever comes first, each answers when all are there.
            arrived.wait_for(lambda: len(asked) == {times}, timeout=60)
        report(", ".join(sorted(asked)), None)

policy = ResourceValidationPolicy(
    name="count", description="Tells what it was asked", validate=count, enforcement_level=EnforcementLevel.ADVISORY
)
PolicyPack("counting", [policy])
"""


@pytest.mark.parametrize(("shown", "asked"), [("public", "public"), ("private", "private, public")])
def test_a_resource_is_judged_once_while_the_program_runs_and_again_only_if_it_changed(tmp_path, shown, asked):
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(COUNTING.replace("{times}", str(len(asked.split(", ")))))

    with packs(tmp_path) as running:
        running.show(replace(BUCKET, inputs={"acl": shown}))
        found = running.judge(recording(BUCKET))

    assert [each.message for each in found] == [asked]


def test_a_pack_that_takes_one_request_at_a_time_still_judges_all(monkeypatch):
    monkeypatch.setattr(pack, "IN_FLIGHT", 1)
    others = [made("Bucket", f"open-{place}", {"acl": "public"}) for place in range(20)]

    with packs() as running:
        assert len([each for each in running.judge(recording(*others)) if each.policy == "no-public-buckets"]) == 20
