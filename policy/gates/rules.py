"""The gate: a state of ``landing:moves`` is refused without the evidence that opens it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from model import type_tokens
from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, Finding, Kind, StackRule
from policy.gates.evidence import Evidence, EvidenceError, Signature, place, read_evidence
from policy.gates.inputs import ROOT, inputs_digest, tools
from policy.gates.judge import judge_approval, judge_comparisons, judge_window
from policy.gates.signature import PublicKeyError, read_public_keys
from policy.ledger.moves import MOST_DAYS, NO_RETURN, OPENS, Proven
from stacks.environments import PRODUCTION
from stacks.sections.moves import STATES, Changes, Moved, State
from stacks.settings import Settings

NAME: Final = "moves-have-evidence"
#: The public half of the key that signs an environment's evidence.
KEY_FILE: Final = "signing-key.pem"
_KEY: Final = re.compile(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)
#: Whose a target is, where its ARN or its address says so.
_OWNER: Final = re.compile(r"\barn:aws[a-z-]*:[a-z]+:[a-z0-9-]*:(\d{12}):|\b(\d{12})\.dkr\.ecr\.", re.ASCII)
#: The cluster in which a target is, where its identity names one.
_CLUSTER: Final = re.compile(r"\barn:aws[a-z-]*:eks:[a-z0-9-]+:\d{12}:cluster/([\w-]+)", re.ASCII)
#: What a stack calls each target: a type, and the property with its name.
TARGETS: Final[Mapping[Moved, tuple[str, tuple[str, ...]]]] = {
    "documents": (type_tokens.DOCDB_CLUSTER, ("clusterIdentifier",)),
    "cache": (type_tokens.ELASTICACHE_REPLICATION_GROUP, ("replicationGroupId",)),
    "search": (type_tokens.OPENSEARCH_DOMAIN, ("domainName",)),
    "workflow": (type_tokens.RDS_INSTANCE, ("identifier",)),
    "registry": (type_tokens.ECR_REPOSITORY, ("name",)),
    "secrets": (type_tokens.SECRETSMANAGER_SECRET, ("name",)),
    "agent": (type_tokens.EKS_ADDON, ("addonName",)),
    "logs": (type_tokens.CLOUDWATCH_LOG_GROUP, ("name",)),
    "traces": (type_tokens.XRAY_GROUP, ("groupName",)),
    "volumes": (type_tokens.K8S_STORAGE_V1_STORAGE_CLASS, ("metadata", "name")),
}


#: Targets of many names: evidence has what all of them begin with.
_BELOW: Final[frozenset[Moved]] = frozenset({"registry", "secrets"})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that speaks against a state; ``kind`` says whether it stops the deployment."""

    capability: Moved
    text: str
    kind: Kind = "violation"


@dataclass(frozen=True, kw_only=True)
class _Gate:
    """One state that was entered, with the evidence that opens it and that before it."""

    settings: Settings
    capability: Moved
    step: Proven
    state: State
    entered: date
    changes: Changes
    today: date
    first: Evidence | None
    before: Evidence | None


def evidence_rule(root: Path = ROOT) -> StackRule:
    """The rule, with evidence and public keys below ``root``."""
    return StackRule(
        name=NAME,
        description="A state of landing:moves is entered with evidence: whole, fresh, approved and, in prod, signed.",
        check=lambda resources, context: _check(resources, context, root),
    )


def _check(resources: Sequence[Resource], context: Context, root: Path) -> Iterator[Finding]:
    if context.settings is None:
        return
    for problem in problems(context.settings, context, resources, root):
        yield Finding(f"landing:moves.{problem.text}", kind=problem.kind, row=problem.capability)


def problems(
    settings: Settings, context: Context, resources: Sequence[Resource] | None, root: Path = ROOT
) -> Iterator[Problem]:
    """What speaks against the states of ``settings``; without ``resources`` no target is looked up in the stack."""
    yield from _without_state(settings, root)
    for capability, changes in settings.moves.items():
        for problem in _of_move(settings, capability, changes, context, root):
            yield Problem(capability=capability, text=f"{capability}.{problem.text}", kind=problem.kind)
        # Once the incumbent is gone, and the evidence of that looked at, the target is changed as anything else is.
        if resources is not None and not _long_gone(changes, context.today):
            for path, evidence in _present(root, settings.environment, capability, changes):
                for kind, text in _target(evidence, capability, resources):
                    yield Problem(capability=capability, text=f"{capability}: {path} {text}", kind=kind)


def _without_state(settings: Settings, root: Path) -> Iterator[Problem]:
    """Evidence that is ahead of its state: the move was taken back, and what was proven is said to be still to come."""
    for capability in TARGETS:
        entered = settings.moves[capability].entered if capability in settings.moves else {}
        steps = [step for step in OPENS if (place(root, settings.environment, capability, step)).exists()]
        # The evidence of the next state is there before that is entered.
        waiting = [step for step in steps if OPENS[step] not in entered][1 if entered else 0 :]
        if waiting:
            shown = place(Path(), settings.environment, capability, waiting[-1]).as_posix()
            yield Problem(
                capability=capability,
                text=f"{capability}: says {list(entered)[-1] if entered else 'nothing'}, and {shown} lies there; "
                "a state is not taken back: a move that was given up takes its evidence along",
            )


def judge_new(settings: Settings, evidence: Evidence, before: Evidence | None, kept: Path = ROOT) -> Iterator[str]:
    """What the gate would say of evidence that was made just now, were it approved and its state entered today.

    ``before`` is that of the step before; the first of the move, which may be the same, is read below ``kept``.
    """
    first: Evidence | None = None
    if before is not None:
        try:
            first = read_evidence(place(kept, settings.environment, evidence.capability, next(iter(OPENS))))
        except EvidenceError:
            first = before
    today = evidence.ended.date()
    entered = settings.moves.get(evidence.capability) or Changes(planned=today)
    gate = _Gate(
        settings=settings,
        capability=evidence.capability,
        step=evidence.step,
        state=OPENS[evidence.step],
        entered=today,
        changes=entered,
        today=today,
        first=first,
        before=before,
    )
    yield from _of_itself(gate, evidence)
    yield from (text for kind, text in _drift(gate, evidence, ROOT) if kind == "violation")


def next_step(changes: Changes) -> Proven | None:
    """The step whose evidence opens the state after the present one; ``None`` when the move is over."""
    state = changes.state
    following = STATES[STATES.index(state) + 1 :]
    return next((step for step, opened in OPENS.items() if following and opened == following[0]), None)


def _of_move(
    settings: Settings, capability: Moved, changes: Changes, context: Context, root: Path
) -> Iterator[Problem]:
    def say(text: str, kind: Kind = "violation") -> Problem:
        return Problem(capability=capability, text=text, kind=kind)

    for state, entered in changes.entered.items():
        if entered > context.today:
            yield say(f"{state}: is said to be entered on {entered}, which is after {context.today}")
    decision = context.decisions[capability] if context.decisions else None
    if changes.state not in (STATES[0], STATES[-1]) and decision and not decision.holds_target:
        yield say(f"{changes.state}: has no target to move to: {'; '.join(decision.reason)}")
    first = before = None
    for step, state in OPENS.items():
        if state not in changes.entered:
            break
        shown = place(Path(), settings.environment, capability, step).as_posix()
        path = root / shown
        if not path.is_file():
            yield say(f"{state}: {shown} is missing; {step} leaves it, and without it the state is not entered")
            before = None
            continue
        try:
            evidence = read_evidence(path)
        except EvidenceError as error:
            yield say(f"{state}: {shown} {error}")
            before = None
            continue
        gate = _Gate(
            settings=settings,
            capability=capability,
            step=step,
            state=state,
            entered=changes.entered[state],
            changes=changes,
            today=context.today,
            first=first,
            before=before,
        )
        for kind, text in _judge(gate, evidence, root):
            yield say(f"{state}: {shown} {text}", kind)
        first, before = first or evidence, evidence


def _judge(gate: _Gate, evidence: Evidence, root: Path) -> Iterator[tuple[Kind, str]]:
    blocking = [*_of_itself(gate, evidence), *judge_approval(evidence, gate.entered)]
    yield from (("violation", text) for text in blocking)
    yield from _drift(gate, evidence, root)
    # What is no more than told elsewhere is refused in production.
    strict: Kind = "violation" if gate.settings.environment == PRODUCTION else "advisory"
    if evidence.source.stand_in or evidence.target.stand_in:
        side = evidence.source if evidence.source.stand_in else evidence.target
        yield strict, f"is of a rehearsal: {side.system} stood in for the real store"
    made, problem = signature_problem(
        gate.settings.environment, evidence.account, evidence.signature, evidence.to_sign, root
    )
    if problem:
        yield ("violation" if made else strict), problem


def _of_itself(gate: _Gate, evidence: Evidence) -> Iterator[str]:
    """What speaks against evidence, whether or not somebody has agreed to it."""
    yield from _of_another(gate, evidence)
    yield from judge_comparisons(evidence)
    yield from judge_window(evidence, gate.entered, gate.changes.live)
    yield from _chain(gate, evidence)


def _of_another(gate: _Gate, evidence: Evidence) -> Iterator[str]:
    meant = (gate.settings.environment, gate.capability, gate.step)
    found = (evidence.environment, evidence.capability, evidence.step)
    if found != meant:
        yield f"is of {' '.join(found)}, and lies where that of {' '.join(meant)} belongs"
    accounts = {entry.principal_arn.split(":")[4] for entry in gate.settings.cluster.access_entries.values()}
    if evidence.account not in accounts:
        yield f"is of account {evidence.account}; the stack's cluster admits {', '.join(sorted(accounts))}"
    owners = {arn or host for arn, host in _OWNER.findall(f"{evidence.target.identity} {evidence.target.host}")}
    if others := sorted(owners - {evidence.account}):
        yield f"is of a target of account {others[0]}, and was made in {evidence.account}"
    if gate.first is None:
        return
    for side, now, then in (
        ("source", evidence.source.identity, gate.first.source.identity),
        ("target", evidence.target.identity, gate.first.target.identity),
    ):
        if now != then:
            yield f"is of another {side}, {now}; the move began with {then}"


def _chain(gate: _Gate, evidence: Evidence) -> Iterator[str]:
    if gate.step == next(iter(OPENS)):
        if evidence.previous is not None:
            yield "names evidence before it, and is the first of the move"
    elif gate.before is not None and evidence.previous != gate.before.to_approve:
        yield "does not name the evidence before it as that is now"
    elif gate.before is not None and evidence.started < gate.before.ended:
        yield "was begun before the step before it had ended"


def _drift(gate: _Gate, evidence: Evidence, root: Path) -> Iterator[tuple[Kind, str]]:
    if gate.first is not None and evidence.inputs != gate.first.inputs and _before_return(gate.state):
        # The plan changed on the way: whatever was entered, was entered by two plans.
        yield "violation", "is of other inputs than the move began with; begin again with its precheck"
        return
    if _long_gone(gate.changes, gate.today):
        return
    try:
        now = inputs_digest(gate.settings, gate.capability, root)
    except OSError as error:
        yield "violation", f"cannot be held against the move: {error.filename} cannot be read ({error.strerror})"
        return
    if evidence.inputs == now:
        pins = tools(gate.capability, root)
        for word, version in sorted(evidence.tools.items()):
            if pins.get(word, version) != version:
                yield "violation", f"was made by {word} {version}; the move was written for {pins[word]}"
        return
    # On its day the point of no return is being passed; from the next on a change may be urgent, and is told.
    live = gate.changes.live
    passed = live is not None and gate.today > live
    text = "is of other inputs than those of now (ledger row, settings, the move's file, tools)"
    yield ("advisory", text) if passed else ("violation", f"{text}; begin again with its precheck")


def _long_gone(changes: Changes, today: date) -> bool:
    """Whether the move has been over for longer than its last evidence counts."""
    return changes.gone is not None and (today - changes.gone).days > MOST_DAYS


def _before_return(state: State) -> bool:
    """Whether the state is entered by the plan that was made: up to the point of no return."""
    return STATES.index(state) <= STATES.index(NO_RETURN)


def signature_problem(
    environment: str, account: str, signature: Signature | None, signed: bytes, root: Path
) -> tuple[bool, str]:
    """Whether there is a signature at all, and what speaks against it; the committed key of ``environment`` decides."""
    shown = f"gates/{environment}/{KEY_FILE}"
    if signature is None:
        return False, "is not signed"
    if _KEY.fullmatch(signature.key) is None or f":{account}:" not in signature.key:
        return True, f"is signed by {signature.key}, which is no key of account {account}"
    try:
        keys = read_public_keys((root / shown).read_text(encoding="utf-8"))
        value = base64.b64decode(signature.value, validate=True)
    except OSError as error:
        return True, f"is signed, and {shown} cannot be read ({error.strerror})"
    except PublicKeyError as error:
        return True, f"is signed, and {shown} {error}"
    except ValueError:
        return True, "has a signature that is not base64"
    if any(key.signed(signed, value) for key in keys):
        return True, ""
    return True, f"was changed after it was signed, or by another key than those of {shown}"


def _present(root: Path, environment: str, capability: Moved, changes: Changes) -> Iterator[tuple[str, Evidence]]:
    for step, state in OPENS.items():
        if state not in changes.entered:
            return
        shown = place(Path(), environment, capability, step).as_posix()
        try:
            yield shown, read_evidence(root / shown)
        except EvidenceError:
            continue


def _target(evidence: Evidence, capability: Moved, resources: Sequence[Resource]) -> Iterator[tuple[Kind, str]]:
    """Whether the stack has the target that was compared; by its name, or as what all names begin with."""
    found = [(*TARGETS[capability], evidence.target.name)]
    if cluster := _CLUSTER.search(evidence.target.identity):
        found.append((type_tokens.EKS_CLUSTER, ("name",), cluster[1]))
    for token, path, meant in found:
        names = [each.get(*path) for each in resources if each.type == token]
        known = sorted({name for name in names if isinstance(name, str)})
        if any(name == meant or (capability in _BELOW and name.startswith(f"{meant}/")) for name in known):
            continue
        if UNKNOWN in names:
            yield "undetermined", f"is of target {meant}, and the name of a {token} is not known yet"
            continue
        there = f"the stack has {', '.join(known[:5])}" if known else "the stack has none"
        yield "violation", f"is of another target: {meant} is no {token} here; {there}"


#: What the decisions pack asks.
EVIDENCE: Final = evidence_rule()
