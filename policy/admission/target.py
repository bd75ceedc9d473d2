"""An object of the cluster and what it makes, as CEL that is true of nothing else: by what a pod's author cannot write.

Labels, annotations and ``ownerReferences`` are part of what is asked for: whoever may create a pod chooses them. He
cannot choose:

- the namespace, kind and name of an object that is there already, because names are taken once;
- who asks (``request.userInfo``). Kubernetes' own controllers make pods in the name of accounts in ``kube-system``,
  from templates that were judged when they were written. So a pod, a ReplicaSet or a Job that an object made is told by
  its owner's kind and name *and* by the account that sends it. An owner alone is a claim.

Afterwards others write to the same pods: EKS annotates them, people label them. That is let through as long as what is
to run is what runs.

Nobody asks in a background scan. It refuses nothing and reports to people; there the owner is believed, or every pod of
a waived object would be reported for as long as the waiver holds.

Source: kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go for the accounts; that EKS uses
them, aws/aws-eks-best-practices, "EKS Control Plane" (audit logs by ``user.username``); that the API server gives every
request a group, apiserver pkg/authentication/group; kyverno v1.19.0 pkg/cel/policies/vpol/compiler/policy.go and
pkg/controllers/report/utils/scanner.go for what an exception's conditions see, and that an error in one refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from model.pods import CLASS_ANNOTATION
from policy.admission.kyverno import quoted


@dataclass(frozen=True, slots=True)
class Target:
    """An object. No namespace: it has none."""

    namespace: str | None
    name: str
    kind: str
    version: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class _Making:
    """What is made for an owner, by which account of ``kube-system``; ``added`` ends the owner's name."""

    made: str
    version: str
    owner: str
    account: str
    added: str = ""


_STATEFUL: Final = "statefulset-controller"
#: By version and kind, what Kubernetes' own controllers make. What an operator makes of its own kinds it names itself.
_MAKES: Final[Mapping[tuple[str, str], tuple[_Making, ...]]] = {
    ("apps/v1", "Deployment"): (
        _Making("ReplicaSet", "apps/v1", "Deployment", "deployment-controller"),
        _Making("Pod", "apps/v1", "ReplicaSet", "replicaset-controller", "-[a-z0-9]{1,10}"),
    ),
    ("batch/v1", "CronJob"): (
        _Making("Job", "batch/v1", "CronJob", "cronjob-controller"),
        _Making("Pod", "batch/v1", "Job", "job-controller", "-[0-9]{1,10}"),
    ),
    ("apps/v1", "StatefulSet"): (_Making("Pod", "apps/v1", "StatefulSet", _STATEFUL),),
    ("apps/v1", "DaemonSet"): (_Making("Pod", "apps/v1", "DaemonSet", "daemon-set-controller"),),
    ("apps/v1", "ReplicaSet"): (_Making("Pod", "apps/v1", "ReplicaSet", "replicaset-controller"),),
    ("v1", "ReplicationController"): (_Making("Pod", "v1", "ReplicationController", "replication-controller"),),
    ("batch/v1", "Job"): (_Making("Pod", "batch/v1", "Job", "job-controller"),),
}
#: The API server gives whoever asks a group, if only system:unauthenticated; an empty name it might let through.
_SCANNED: Final = "!request.userInfo.?groups.hasValue()"
_UPDATED: Final = "request.operation == 'UPDATE'"


def match_condition(target: Target, *names: str) -> str:
    """The CEL that is true of the object and of what it makes, whatever is asked; it never fails.

    ``names`` are those of further objects that are like it in everything else.
    """
    named = (
        f"object.kind == '{target.kind}' && object.apiVersion == '{target.version}' && "
        f"object.metadata.?name.orValue('') in {quoted((target.name, *names))}"
    )
    if target.namespace is None:
        return f"!object.metadata.?namespace.hasValue() && {named}"
    ways = " || ".join(f"({way})" for way in (named, *_made(target, *names)))
    return f"object.metadata.?namespace.orValue('') == '{target.namespace}' && ({ways})"


def _made(target: Target, *names: str) -> Iterator[str]:
    name = f"({'|'.join(map(re.escape, (target.name, *names)))})"
    for making in _MAKES.get((target.version, target.kind), ()):
        owner = (
            f"owner.?controller.orValue(false) && owner.?apiVersion.orValue('') == '{making.version}' && "
            f"owner.?kind.orValue('') == '{making.owner}' && "
            f"owner.?name.orValue('').matches(r'^{name}{making.added}$')"
        )
        now, before = (
            f"{which}.?metadata.?ownerReferences.orValue([]).exists(owner, {owner})"
            for which in ("object", "oldObject")
        )
        # Of what makes pods, the number may change.
        runs = "?spec" if making.made == "Pod" else "?spec.?template"
        same = f"{_UPDATED} && {before} && object.{runs} == oldObject.{runs}"
        yield f"object.kind == '{making.made}' && ({now} && {_asked_by(making.account)} || {same})"
    if (target.version, target.kind) == ("apps/v1", "StatefulSet"):
        # A template's name holds no hyphen here: with one, nobody could tell it from a longer name of the set.
        claim = f"object.metadata.?name.orValue('').matches(r'^[a-z0-9]+-{name}-[0-9]+$')"
        # The volume's binder writes to a claim, and so does its driver; neither changes the class.
        same = f"{_UPDATED} && {_class_of('object')} == {_class_of('oldObject')}"
        yield f"object.kind == 'PersistentVolumeClaim' && {claim} && ({_asked_by(_STATEFUL)} || {same})"


def _asked_by(account: str) -> str:
    username = f"system:serviceaccount:kube-system:{account}"
    return f"(request.userInfo.?username.orValue('') == '{username}' || {_SCANNED})"


def _class_of(claim: str) -> str:
    return (
        f"[{claim}.?spec.?storageClassName.orValue(''), "
        f"{claim}.?metadata.?annotations[?'{CLASS_ANNOTATION}'].orValue('')]"
    )
