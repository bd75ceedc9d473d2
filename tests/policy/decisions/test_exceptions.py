"""An exception waives what it names, until its day, and no more."""

from dataclasses import replace
from datetime import date

import pytest

from model import type_tokens
from model.resource import Resource
from policy.decisions.rules import STACK_RULES
from policy.engine.rule import GRAVE, RENAMED, Context, Finding, judge, judge_stack
from policy.guardrails.rules import RULES
from policy.packs import EXCEPTIONS, PACKS
from stacks.owners import Base
from tests.conftest import TODAY

LOGS = next(rule for rule in RULES if rule.name == "logs-expire")
WAIVER = {
    "policy": "logs-expire",
    "urn": "*LogGroup::forensics",
    "reason": "a lawyer asked for it",
    "owner": "secops",
    "ticket": "SEC-12",
    "expires": "2026-12-31",
}


def group(name="forensics"):
    token = "aws:cloudwatch/logGroup:LogGroup"
    return Resource(urn=f"urn:pulumi:prod::p::{token}::{name}", type=token, name=name, props={})


@pytest.fixture
def context(settings):
    def make(today=TODAY, **changes):
        return Context(settings=settings("prod", {"exceptions": [{**WAIVER, **changes}]}), today=today)

    return make


def test_an_exception_waives_its_policy_for_its_resource(context):
    (finding,) = judge(LOGS, group(), context())

    assert finding.kind == "waived"
    assert finding.message.endswith("[waived until 2026-12-31 by secops (SEC-12: a lawyer asked for it)]")


@pytest.mark.parametrize(("name", "changes"), [("other", {}), ("forensics", {"policy": "data-is-encrypted"})])
def test_it_waives_nothing_else(context, name, changes):
    assert [finding.kind for finding in judge(LOGS, group(name), context(**changes))] == ["violation"]


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 12, 31), "waived"), (date(2027, 1, 1), "violation")])
def test_it_ends_with_its_last_day(context, day, kind):
    (finding,) = judge(LOGS, group(), context(today=day))

    assert finding.kind == kind
    assert ("its waiver SEC-12 expired on 2026-12-31" in finding.message) is (kind == "violation")


def told(context, *resources):
    return [(finding.kind, finding.message) for finding in EXCEPTIONS.check(resources, context)]


def test_an_exception_in_use_is_not_told(context):
    assert told(context(), group()) == []


def test_an_unused_exception_is_told(context):
    assert told(context()) == [("advisory", "landing:exceptions[0] (SEC-12) waives nothing in this stack; remove it")]


def test_an_expired_exception_is_told(context):
    ((kind, message),) = told(context(today=date(2027, 1, 1)), group())

    assert (kind, "expired on 2026-12-31" in message) == ("advisory", True)


@pytest.mark.parametrize(
    ("day", "soon"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2026, 12, 31), True)]
)
def test_the_end_of_an_exception_is_told_before_it_comes(context, day, soon):
    found = told(context(today=day), group())

    assert [kind for kind, _ in found] == ["advisory"] * soon
    assert all("(SEC-12) ends on 2026-12-31; prolong it while it holds, in a change" in message for _, message in found)


def test_an_exception_for_more_than_five_resources_is_refused(context):
    groups = [group(f"forensics-{number}") for number in range(6)]

    (finding,) = told(context(urn="*LogGroup::forensics-*"), *groups)

    assert finding[0] == "violation"
    assert "covers 6 resources" in finding[1]


def test_an_exception_for_a_policy_that_does_not_exist_is_refused(context):
    ((kind, message),) = told(context(policy="logs-expired"), group())

    assert kind == "violation"
    assert "names no policy: 'logs-expired'; did you mean logs-expire?" in message


def test_an_exception_for_a_row_waives_that_row_s_refusals(settings):
    from policy.decisions.rules import RULES as DECISIONS

    stays_out = next(rule for rule in DECISIONS if rule.name == "replaced-systems-stay-out")
    release = Resource(
        urn="urn:pulumi:prod::p::kubernetes:helm.sh/v3:Release::old",
        type="kubernetes:helm.sh/v3:Release",
        name="old",
        props={"chart": "mongodb"},
    )
    waiver = {**WAIVER, "row": "documents", "urn": "*Release::old"}
    waiver.pop("policy")

    (finding,) = judge(stays_out, release, Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY))

    assert finding.kind == "waived"


def test_the_rule_that_judges_exceptions_knows_none(settings):
    judges = EXCEPTIONS
    broad = {key: value for key, value in WAIVER.items() if key != "policy"} | {"row": "cache", "urn": "*"}
    itself = {**WAIVER, "policy": judges.name, "urn": "*"}
    landing = Context(settings=settings("prod", {"exceptions": [broad, itself]}), today=TODAY)

    found = judge_stack(judges, [group()], landing)

    assert [finding.kind for finding in found] == ["violation", "violation"]
    assert "landing:exceptions[0] (SEC-12) is for anything: '*'" in found[0].message
    assert "is from waivers-are-narrow-and-current, which judges waivers and has none" in found[1].message


@pytest.mark.parametrize("urn", ["*::pulumi:pulumi:Stack::*", "urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod"])
def test_an_exception_of_a_finding_about_the_stack_is_in_use(settings, urn):
    stack = Resource(
        urn="urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod", type=type_tokens.PULUMI_STACK, name="p-prod", props={}
    )
    waiver = {**WAIVER, "policy": "decided-targets-exist", "urn": urn}
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)
    targets = next(rule for rule in STACK_RULES if rule.name == "decided-targets-exist")

    waived = judge_stack(targets, [stack], landing)

    assert {finding.kind for finding in waived} == {"waived"}
    assert told(landing, stack) == [
        (
            "violation",
            f"landing:exceptions[0] (SEC-12) waives {len(waived)} findings; allowed are 5: name a row instead of a policy",
        )
    ]


@pytest.mark.parametrize("urn", ["*LogGroup::*", "*foren*"])
def test_an_exception_that_names_no_resource_is_told(context, urn):
    ((kind, message),) = told(context(urn=urn), group())

    assert kind == "advisory"
    assert f"covers whatever is declared later as well: {urn!r} names none" in message


@pytest.mark.parametrize(
    ("urn", "told_so"),
    [
        ("*::kubernetes:apps/v1:Deployment::web", True),
        ("*::kubernetes:apps/v1:Deployment::shop/web", False),
        ("urn:pulumi:prod::p::kubernetes:apps/v1:Deployment::shop/web", False),
    ],
)
def test_an_exception_that_the_cluster_cannot_follow_says_so(settings, urn, told_so):
    token = "kubernetes:apps/v1:Deployment"
    containers = [{"name": "x", "image": "redis:7"}]
    deployment = Resource(
        urn=f"urn:pulumi:prod::p::{token}::{urn.rpartition('::')[2]}",
        type=token,
        name="web",
        props={"spec": {"template": {"spec": {"containers": containers}}}},
    )
    waiver = {key: value for key, value in WAIVER.items() if key != "policy"} | {"row": "cache", "urn": urn}
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)

    found = [message for _, message in told(landing, deployment)]

    assert any("refused by the cluster all the same" in message for message in found) is told_so


@pytest.mark.parametrize(
    ("token", "name", "urn", "said"),
    [
        ("kubernetes:apps/v1:Deployment", "shop/web", "*::shop/web", "it names no type"),
        (
            "kubernetes:apps/v1:Deployment",
            "shop/web",
            "*kubernetes:apps/v1:Deployment::shop/we?",
            "may choose a name like we?",
        ),
        (
            "kubernetes:argoproj.io/v1alpha1:Rollout",
            "shop/web",
            "*kubernetes:argoproj.io/v1alpha1:Rollout::shop/web",
            "told by its owner alone",
        ),
        ("kubernetes:helm.sh/v3:Release", "shop/web", "*kubernetes:helm.sh/v3:Release::shop/web", "told by labels"),
        ("kubernetes:helm.sh/v3:Release", "web", "*kubernetes:helm.sh/v3:Release::web", None),
        ("kubernetes:apps/v1:Deployment", "shop/web", "*kubernetes:apps/v1:Deployment::shop/web", None),
        ("aws:elasticache/cluster:Cluster", "shop/web", "*::shop/web", None),
    ],
)
def test_an_exception_that_anybody_could_claim_is_refused(settings, token, name, urn, said):
    spec = {"template": {"spec": {"containers": [{"name": "x", "image": "redis:7"}]}}}
    declared = Resource(
        urn=f"urn:pulumi:prod::p::{token}::{name}",
        type=token,
        name=name,
        props={"spec": spec, "chart": "redis", "engine": "redis"},
    )
    waiver = {key: value for key, value in WAIVER.items() if key != "policy"} | {"row": "cache", "urn": urn}
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)

    found = [message for kind, message in told(landing, declared) if kind == "violation"]

    assert [message for message in found if "too wide for the cluster" in message and (said or "") in message] == (
        found if said else []
    )
    assert len(found) == (said is not None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "waives nothing that this program declares, only StatefulSet shop/old-redis in the cluster"),
        ({"row": "platform"}, "waives nothing in this stack; remove it"),
        ({"urn": "*::kubernetes:helm.sh/v3:Release::shop/old-redis"}, "waives nothing in this stack; remove it"),
        ({"expires": "2026-11-01"}, "waives nothing in this stack; remove it"),
    ],
)
def test_an_exception_for_the_cluster_alone_is_told_from_one_for_nothing(settings, changes, said):
    waiver = {key: value for key, value in WAIVER.items() if key != "policy"} | {
        "row": "cache",
        "urn": "*::kubernetes:apps/v1:StatefulSet::shop/old-redis",
        **changes,
    }
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)

    assert [said in message for kind, message in told(landing, group()) if "waives nothing" in message] == [True]


def test_an_exception_that_only_meets_what_blocks_nothing_is_unused(settings):
    waiver = {**WAIVER, "policy": "decisions-are-measured", "urn": "*::pulumi:pulumi:Stack::*"}
    stack = Resource(
        urn="urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", type=type_tokens.PULUMI_STACK, name="p-dev", props={}
    )

    ((kind, message),) = told(Context(settings=settings("dev", {"exceptions": [waiver]}), today=TODAY), stack)

    assert (kind, "waives nothing in this stack" in message) == ("advisory", True)


BROAD = [
    "*",
    "**",
    "?*",
    "*::*",
    "*:*",
    "*::*:*:*::*",
    "urn:pulumi:*",
    "urn:pulumi:prod::p::*",
    "urn:pulumi:*::*::*::*",
    "*::aws:*",
    "*::aws:*::*",
    "*::kubernetes:*::*",
    "*$*",
    "*::*a*",
    "*::*-*",
    "*::*/*",
    "*::[a-z]*",
    "*[!~]*",
]
NARROW = [
    "*::pulumi:pulumi:Stack::*",
    "*::kubernetes:apps/v1:Deployment::*",
    "*::shop/old-redis",
    "*::shop/old-*",
    "*LogGroup::*",
    "*LogGroup::forensics",
    "*forensics",
    "*::abc*",
    "*-a",
]


@pytest.mark.parametrize("urn", BROAD)
def test_an_exception_without_a_type_and_a_name_is_refused_however_little_it_matches(context, urn):
    (finding,) = [(kind, message) for kind, message in told(context(urn=urn), group()) if kind == "violation"]

    assert f"is for anything: {urn!r} has neither a type nor a name" in finding[1]


@pytest.mark.parametrize("urn", NARROW)
def test_an_exception_with_a_type_or_a_name_is_not(context, urn):
    assert not [message for kind, message in told(context(urn=urn), group()) if kind == "violation"]


@pytest.mark.parametrize(("stack", "kind"), [("dev", "advisory"), ("staging", "advisory"), ("prod", "violation")])
def test_an_exception_for_longer_than_a_year_is_told_and_refused_in_prod(settings, stack, kind):
    def found(expires):
        landing = Context(settings=settings(stack, {"exceptions": [{**WAIVER, "expires": expires}]}), today=TODAY)
        return told(landing, group())

    assert found("2027-11-24") == []
    ((told_as, message),) = found("2027-11-25")
    assert told_as == kind
    assert "holds until 2027-11-25; allowed are 366 days, which is until 2027-11-24" in message


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_a_policy_s_former_name_still_waives_for_one_release_and_is_told(settings, old, new):
    rule = next((rule for pack in PACKS for rule in pack.rules if rule.name == new), None)
    waiver = {**WAIVER, "policy": old, "urn": "*::aws:*::forensics"}
    landing = Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY)

    if rule is None:
        assert new == EXCEPTIONS.name
        return
    found = replace(rule, check=lambda *_: [Finding("no")], types=())
    assert [finding.kind for finding in judge(found, group(), landing)] == ["waived"]
    assert any(
        kind == "advisory" and f"{old}, which is called {new} now" in text for kind, text in told(landing, group())
    )


def test_the_names_that_waivers_are_written_with_are_a_contract():
    names = {rule.name for pack in PACKS for rule in (*pack.rules, *pack.stack_rules)}

    assert names == {
        "admission-denies-in-prod",
        "audit-logging-enabled",
        "aws-accepts-it",
        "cluster-api-is-private",
        "cluster-entries-are-declared",
        "companions-are-declared",
        "control-exceptions-are-current",
        "data-is-encrypted",
        "data-is-private",
        "decided-targets-exist",
        "decisions-are-measured",
        "drills-are-current",
        "imds-v2-hop-limit-1",
        "lifecycle-facts-are-checked",
        "logs-expire",
        "losses-are-survived",
        "moves-have-evidence",
        "namespaces-are-named",
        "namespaces-are-shut",
        "namespaces-read-their-own-secrets",
        "no-foreign-accounts",
        "no-open-ingress",
        "no-plaintext-passwords",
        "no-waste",
        "nothing-is-past-its-end",
        "permissions-are-narrow",
        "pods-are-restricted",
        "pods-fit-on-nodes",
        "policies-name-principals",
        "rbac-is-narrow",
        "recovery-promises-are-kept",
        "rejected-systems-stay-out",
        "replaced-systems-stay-out",
        "resource-within-ceiling",
        "resources-are-tagged",
        "secrets-rotate",
        "services-are-hardened",
        "stack-within-budget",
        "stateful-is-protected-in-prod",
        "types-are-priced",
        "users-have-no-policies",
        "waivers-are-narrow-and-current",
        "zones-have-their-own-nat",
    }


@pytest.mark.parametrize("owner", ["Secops", "SECOPS", "web", "sec ops", "secop\u0455", "*", "platform,secops"])
def test_a_waiver_counts_only_where_its_owner_is_listed(context, owner):
    landing = context(owner=owner)

    (finding,) = judge(LOGS, group(), landing)

    assert finding.kind == "violation"
    assert f"[its waiver SEC-12 does not count: {owner!r} is no owner of waivers in stacks/waiver-owners.yaml" in (
        finding.message
    )
    ((kind, message),) = told(landing, group())
    assert (kind, "landing:exceptions[0] (SEC-12) does not count: " in message) == ("advisory", True)


def test_another_waiver_of_a_listed_owner_still_counts(settings):
    both = [{**WAIVER, "owner": "web"}, {**WAIVER, "ticket": "SEC-13"}]

    (finding,) = judge(LOGS, group(), Context(settings=settings("prod", {"exceptions": both}), today=TODAY))

    assert finding.kind == "waived"
    assert "(SEC-13: " in finding.message


@pytest.fixture
def changed(settings):
    """What is found of a log group where the change has the waiver above, and its base others."""

    def judged(*base, stack="prod", owners=("platform", "secops"), name="forensics", base_owners=None, **now):
        def waivers(*of):
            return settings(stack, {"exceptions": [{**WAIVER, **each} for each in of]}).exceptions

        lists = tuple(tuple(waivers(*each)) for each in base)
        context = Context(
            settings=settings(stack, {"exceptions": [{**WAIVER, **now}]}),
            today=TODAY,
            owners=owners,
            base=Base(owners=frozenset(base_owners or owners), waivers=lists),
        )
        (finding,) = judge(LOGS, group(name), context)
        return finding

    return judged


LATER = "[its waiver SEC-12 counts once it stands on the base revision]"
SAME = {}


def test_in_prod_a_waiver_that_stands_on_the_base_counts(changed):
    assert changed([SAME]).kind == "waived"
    assert changed([SAME], [SAME]).kind == "waived"
    # The base may say it of more, or for longer.
    assert changed([{"urn": "*LogGroup::*"}]).kind == "waived"
    assert changed([{"expires": "2027-10-31"}]).kind == "waived"


@pytest.mark.parametrize(
    ("base", "now"),
    [
        ([[]], {}),
        ([[SAME], []], {}),
        ([[], [SAME]], {}),
        ([[{"urn": "*LogGroup::other"}]], {"urn": "*LogGroup::*"}),
        ([[{"policy": "data-is-encrypted"}]], {}),
        ([[{"expires": "2026-11-22"}]], {}),
        ([[{"owner": "web"}]], {}),
    ],
    ids=["added", "withdrawn since", "not seen by the change", "wider", "of another policy", "longer", "of nobody"],
)
def test_in_prod_what_a_change_adds_to_a_waiver_does_not_count(changed, base, now):
    finding = changed(*base, **now)

    assert finding.kind == "violation"
    assert finding.message.endswith(LATER)


def test_elsewhere_a_new_waiver_counts_at_once(changed):
    assert changed([], stack="dev").kind == "waived"
    assert changed([], stack="staging").kind == "waived"


def test_a_waiver_that_is_made_longer_still_waives_as_it_stood(changed):
    finding = changed([{"ticket": "SEC-1"}], expires="2027-10-31")

    assert finding.kind == "waived"
    assert finding.message.endswith("[waived until 2026-12-31 by secops (SEC-1: a lawyer asked for it)]")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_nobody_becomes_an_owner_by_the_change_that_needs_one(changed, stack):
    finding = changed([SAME], stack=stack, owners=("platform", "secops"), base_owners=("platform",))

    assert finding.kind == "violation"
    assert "does not count: 'secops' is no owner of waivers" in finding.message


def test_whom_a_change_takes_away_is_no_owner_any_more(changed):
    assert changed([SAME], owners=("platform",), base_owners=("platform", "secops")).kind == "violation"


@pytest.mark.parametrize(
    ("stack", "action", "refused"), [("prod", "Audit", True), ("prod", "Deny", False), ("dev", "Audit", False)]
)
def test_admission_only_reports_in_prod_behind_a_waiver(settings, stack, action, refused):
    rule = next(rule for rule in STACK_RULES if rule.name == "admission-denies-in-prod")
    urn = f"urn:pulumi:{stack}::p::pulumi:pulumi:Stack::p-{stack}"
    whole = Resource(urn=urn, type=type_tokens.PULUMI_STACK, name=f"p-{stack}", props={})
    waiver = {**WAIVER, "policy": rule.name, "urn": "*::pulumi:pulumi:Stack::*"}

    def found(*waivers):
        changes = {"admission.action": action, "exceptions": list(waivers)}
        return [
            each.kind for each in judge_stack(rule, [whole], Context(settings=settings(stack, changes), today=TODAY))
        ]

    assert found() == (["violation"] if refused else [])
    assert found(waiver) == (["waived"] if refused else [])


def test_policies_whose_waiver_the_verdict_names_exist():
    assert set(GRAVE) <= {rule.name for pack in PACKS for rule in (*pack.rules, *pack.stack_rules)}
