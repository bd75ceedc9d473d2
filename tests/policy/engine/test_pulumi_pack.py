"""Rules behind the Analyzer protocol: one decoding, every rule under its own name, every finding of its own kind."""

import grpc
import pulumi_policy.policy
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel

from model.resource import UNKNOWN
from policy.engine import pulumi_pack
from policy.engine.diagnostic import KINDS, read_kind, write_kind
from policy.engine.pulumi_pack import Analyzer, policies
from policy.engine.rule import Finding, Rule, StackRule
from policy.packs import PACKS

LEVELS = {"mandatory": analyzer_pb2.MANDATORY, "advisory": analyzer_pb2.ADVISORY, "disabled": analyzer_pb2.DISABLED,
          "remediate": analyzer_pb2.REMEDIATE}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)
    pulumi_pack._context.cache_clear()
    yield
    pulumi_pack._context.cache_clear()


def every_kind(name="every-kind"):
    return Rule(name=name, description="d", check=lambda *_: [Finding(f"one {kind}", kind=kind) for kind in KINDS])


def analyzer(*rules, stack_rules=()):
    return Analyzer("pack", "0.0.1", policies(rules, stack_rules), EnforcementLevel.MANDATORY)


def request(urn="urn:a", **props):
    made = analyzer_pb2.AnalyzeRequest(type="aws:x/y:Z", urn=urn, name="z", properties=struct_pb2.Struct())
    made.properties.update(props)
    return made


def told(response):
    return [(each.policyName, read_kind(each), each.enforcementLevel, each.message) for each in response.diagnostics]


def test_a_finding_has_its_rule_s_name_and_its_kind_and_only_a_violation_blocks():
    assert told(analyzer(every_kind()).Analyze(request(), None)) == [
        ("every-kind", "violation", analyzer_pb2.MANDATORY, "d\none violation"),
        ("every-kind", "advisory", analyzer_pb2.ADVISORY, "d\none advisory"),
        ("every-kind", "undetermined", analyzer_pb2.ADVISORY, "d\nundetermined: one undetermined"),
        ("every-kind", "waived", analyzer_pb2.ADVISORY, "d\none waived"),
    ]


def test_a_message_moves_no_terminal_s_cursor():
    rule = Rule(name="loud", description="d", check=lambda *_: [Finding("a \x1b[2J\u202eb\nerror: 한국어 <b>")])

    assert [message for *_, message in told(analyzer(rule).Analyze(request(), None))] == [
        "d\na \\x1b[2J\\u202eb\\nerror: 한국어 <b>"
    ]


@pytest.mark.parametrize(
    ("level", "blocking"), [("mandatory", "mandatory"), ("advisory", "advisory"), ("remediate", "mandatory")]
)
def test_a_policy_s_configured_level_is_that_of_its_violations(level, blocking):
    made = analyzer(every_kind("first"), every_kind("second"))
    made.Configure(
        analyzer_pb2.ConfigureAnalyzerRequest(
            policyConfig={"first": analyzer_pb2.PolicyConfig(enforcementLevel=LEVELS[level])}
        ),
        None,
    )

    found = told(made.Analyze(request(), None))

    assert [(name, at) for name, kind, at, _ in found if kind == "violation"] == [
        ("first", LEVELS[blocking]),
        ("second", analyzer_pb2.MANDATORY),
    ]
    assert {at for _, kind, at, _ in found if kind != "violation"} == {analyzer_pb2.ADVISORY}


def test_a_disabled_policy_says_nothing_and_the_next_one_does():
    made = analyzer(every_kind("first"), every_kind("second"))
    off = {"first": analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.DISABLED)}
    made.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=off), None)

    assert {name for name, *_ in told(made.Analyze(request(), None))} == {"second"}


def test_a_resource_is_decoded_once_for_all_rules(monkeypatch):
    decoded = []
    monkeypatch.setattr(pulumi_pack, "decode", lambda properties: decoded.append(1) or dict(properties))

    analyzer(every_kind("first"), every_kind("second"), every_kind("third")).Analyze(request(size=3), None)

    assert decoded == [1]


def test_a_stack_is_judged_by_inputs_where_they_were_seen_and_by_outputs_elsewhere():
    seen = {}
    rule = StackRule(
        name="s", description="d", check=lambda resources, _: seen.update({r.urn: r for r in resources}) or ()
    )
    made = analyzer(stack_rules=[rule])
    made.Analyze(request("urn:a", size=3), None)
    stack = analyzer_pb2.AnalyzeStackRequest()
    for urn in ("urn:a", "urn:b"):
        resource = stack.resources.add(type="aws:x/y:Z", urn=urn, name="z", dependencies=["urn:b", "urn:gone"])
        resource.properties.update({"size": 4, "arn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"})
        resource.propertyDependencies["size"].urns.extend(["urn:a", "urn:gone"])

    made.AnalyzeStack(stack, None)

    assert seen["urn:a"].props == {"size": 3}
    assert seen["urn:b"].props == {"arn": UNKNOWN, "size": 4}
    assert seen["urn:a"].dependencies == ("urn:b",)
    assert seen["urn:a"].references == {"size": ("urn:a",)}


def test_the_sdk_serves_a_pack_by_our_analyzer(monkeypatch):
    served = []
    monkeypatch.setattr(
        analyzer_pb2_grpc, "add_AnalyzerServicer_to_server", lambda servicer, _: served.append(servicer)
    )
    monkeypatch.setattr(grpc, "server", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    made = policies([every_kind()])

    with pytest.raises(KeyboardInterrupt):
        pulumi_policy.PolicyPack("pack", made)

    assert pulumi_policy.policy._PolicyAnalyzerServicer is Analyzer


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_engine_is_told_every_rule_of_a_pack_as_mandatory(pack):
    info = analyzer(*pack.rules, stack_rules=pack.stack_rules).GetAnalyzerInfo(empty_pb2.Empty(), None)

    assert [policy.name for policy in info.policies] == [rule.name for rule in (*pack.rules, *pack.stack_rules)]
    assert {policy.enforcementLevel for policy in info.policies} == {analyzer_pb2.MANDATORY}


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(ValueError, match="policy names must differ: every-kind"):
        policies([every_kind(), every_kind()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_survives_the_wire_and_changes_nothing_that_the_engine_reads(kind):
    diagnostic = analyzer_pb2.AnalyzeDiagnostic(policyName="p", message="m", severity=analyzer_pb2.POLICY_SEVERITY_LOW)
    sent = analyzer_pb2.AnalyzeDiagnostic()
    sent.CopyFrom(diagnostic)
    write_kind(sent, kind)

    received = analyzer_pb2.AnalyzeDiagnostic.FromString(sent.SerializeToString())

    assert read_kind(received) == kind
    received.DiscardUnknownFields()
    assert received == diagnostic


def test_another_s_diagnostic_has_no_kind():
    diagnostic = analyzer_pb2.AnalyzeDiagnostic(policyName="p", message="waived: until noon")

    assert read_kind(diagnostic) is None
    diagnostic.MergeFromString(b"\xc0\x3e\x09")
    assert read_kind(diagnostic) is None
