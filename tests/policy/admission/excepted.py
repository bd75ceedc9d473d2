"""The table of exceptions: a waiver, an object and who sends it, and whether the cluster admits it then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from policy.admission.exceptions import Stack
from policy.admission.kyverno import Document
from policy.admission.policies import generate_exceptions, ledger_policies
from policy.engine.rule import Context
from stacks.settings import Settings
from tests.policy.admission.admitting import SCAN
from tests.policy.admission.cases import Asked, pod_maker

TODAY = date(2026, 11, 23)
STACK = Stack("prod", "shop")
WAIVER = {
    "row": "cache",
    "urn": "*::kubernetes:apps/v1:Deployment::shop/old-redis",
    "reason": "the old session store moves last",
    "owner": "platform",
    "ticket": "OPS-7",
    "expires": "2026-12-31",
}


@dataclass(frozen=True)
class Waived:
    """A landing zone with one waiver, and what its cluster holds."""

    landing: Context
    exceptions: list[Document]
    policies: list[Document]


def waived(settings: Callable[..., Settings], today: date = TODAY, **changes: Any) -> Waived:
    """Production with the waiver above and some of its values replaced; ``None`` leaves one out."""
    waiver = {key: value for key, value in {**WAIVER, **changes}.items() if value is not None}
    landing = Context(settings=settings("prod", {"phases": [1, 2, 3, 4, 5], "exceptions": [waiver]}), today=today)
    documents = generate_exceptions(landing.waivers, landing.decisions, today, STACK, landing.listed)
    return Waived(landing, documents, ledger_policies(landing.decisions, "Deny"))


def redis(kind="Deployment", name="old-redis", namespace="shop", image="redis:7", **metadata: Any) -> Document:
    """An object that runs ``image``."""
    manifest = pod_maker(kind, {"containers": [{"name": "x", "image": image}]}, name, namespace)
    return {**manifest, "metadata": {**manifest["metadata"], **metadata}}


def made_by(kind: str, name: str, version: str = "apps/v1") -> list[Document]:
    """Owner references to one controller."""
    return [{"kind": kind, "name": name, "controller": True, "apiVersion": version, "uid": "1"}]


def by(account: str) -> str:
    """The name of an account of Kubernetes' own controllers."""
    return f"system:serviceaccount:kube-system:{account}-controller"


def storage_class(name: str) -> Document:
    """A class of the kind that is kept out."""
    metadata = {"name": name}
    provisioner = "driver.longhorn.io"
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": metadata,
        "provisioner": provisioner,
    }


def claim(name: str) -> Document:
    """A claim of that class."""
    metadata = {"name": name, "namespace": "shop"}
    spec = {"storageClassName": "longhorn"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def kafka(version: str) -> Document:
    """Strimzi's, or another's."""
    return {"apiVersion": version, "kind": "Kafka", "metadata": {"name": "old", "namespace": "shop"}, "spec": {}}


def claim_of(name: str, user: str, storage_class: str = "longhorn", **spec: Any) -> Asked:
    """A claim as ``user`` sends it."""
    made = claim(name)
    return Asked({**made, "spec": {"storageClassName": storage_class, **spec}}, user=user)


def labelled(asked: Document) -> Document:
    """The object with one label more."""
    metadata = asked["metadata"]
    return {**asked, "metadata": {**metadata, "labels": {**metadata["labels"], "vpc.amazonaws.com/pod-ips": "1"}}}


def debugged(pod: Document, image: str) -> Document:
    """The pod with an ephemeral container."""
    return {**pod, "spec": {**pod["spec"], "ephemeralContainers": [{"name": "debugger", "image": image}]}}


def updated(old: Document, new: Document, user: str = "eks:vpc-resource-controller", subresource: str = "") -> Asked:
    """An update of one object by ``user``."""
    return Asked(new, "UPDATE", subresource, user, old)


_STATEFUL = {"urn": "*kubernetes:apps/v1:StatefulSet::shop/old-redis"}
_DAEMONS = {"urn": "*kubernetes:apps/v1:DaemonSet::shop/old-redis"}
_CRON = {"urn": "*kubernetes:batch/v1:CronJob::shop/old-redis"}
_POD = {"urn": "*kubernetes:core/v1:Pod::shop/old-redis"}
_OF_DEPLOYMENT = made_by("Deployment", "old-redis")
_OF_REPLICAS = made_by("ReplicaSet", "old-redis-7c9d")
_OF_SET = made_by("StatefulSet", "old-redis")
_REPLICAS = redis("ReplicaSet", "old-redis-7c9d", ownerReferences=_OF_DEPLOYMENT)
_OF_THE_SET = redis("Pod", "old-redis-0", ownerReferences=_OF_SET)
_CLEAN = redis("Pod", "old-redis-9", image="nginx:1", ownerReferences=_OF_SET)
_OURS_OF_SET = "system:serviceaccount:shop:statefulset-controller"
_RELEASE = {"urn": "*::kubernetes:helm.sh/v3:Release::shop/redis"}
#: Crossplane's, which only has the name of Helm's.
_OTHERS_RELEASE = {"urn": "*::kubernetes:helm.crossplane.io/v1beta1:Release::shop/redis"}
_RELEASED = {"meta.helm.sh/release-name": "redis"}
_INSTANCE = {"app.kubernetes.io/instance": "redis"}
_ROLLOUT = {"urn": "*::kubernetes:argoproj.io/v1alpha1:Rollout::shop/old-redis"}
_NOT_CONTROLLED = [{**_OF_REPLICAS[0], "controller": False}]
_SET = {"row": "volumes", "urn": "*::kubernetes:apps/v1:StatefulSet::shop/db"}
_CLASS = {"row": "volumes", "urn": "*::kubernetes:storage.k8s.io/v1:StorageClass::longhorn"}
_DEPLOYMENT = {"row": "volumes", "urn": "*::kubernetes:apps/v1:Deployment::shop/db"}
_KAFKA = {"row": "workflow", "urn": "*::kubernetes:kafka.strimzi.io/v1beta2:Kafka::shop/old"}


def _of_policy(policy: str) -> dict[str, Any]:
    return {"row": None, "policy": policy, "urn": "*::kubernetes:apps/v1:Deployment::shop/mongo"}


_REPLACED, _REJECTED = _of_policy("replaced-systems-stay-out"), _of_policy("rejected-systems-stay-out")
_GATEKEEPER = "openpolicyagent/gatekeeper"
#: What the waiver says otherwise than the one above, what is asked, and whether it is admitted.
EXCEPTED: list[tuple[dict[str, Any], Asked, bool]] = [
    # The object, and nothing else.
    ({}, Asked(redis()), True),
    ({}, Asked(redis(image="docker.io/bitnami/redis@sha256:0")), True),
    ({}, Asked(redis(name="old-redis-2")), False),
    ({}, Asked(redis(name="redis")), False),
    ({}, Asked(redis(namespace="other")), False),
    ({}, Asked(redis(kind="StatefulSet")), False),
    ({}, Asked(redis(image="mongo:7")), False),
    (_POD, Asked(redis("Pod")), True),
    (_POD, Asked(redis("Deployment")), False),
    # What it makes, by the account that makes it.
    ({}, Asked(_REPLICAS, user=by("deployment")), True),
    ({}, Asked(redis("Pod", "old-redis-7c9d-x2x4z", ownerReferences=_OF_REPLICAS), user=by("replicaset")), True),
    (_STATEFUL, Asked(_OF_THE_SET, user=by("statefulset")), True),
    (_DAEMONS, Asked(redis("Pod", "a", ownerReferences=made_by("DaemonSet", "old-redis")), user=by("daemon-set")), True),
    (_CRON, Asked(redis("Job", "a", ownerReferences=made_by("CronJob", "old-redis", "batch/v1")), user=by("cronjob")), True),
    (_CRON, Asked(redis("Pod", "a", ownerReferences=made_by("Job", "old-redis-2914", "batch/v1")), user=by("job")), True),
    # Whoever else says so: a person, another controller, an account that is called like one.
    ({}, Asked(_REPLICAS), False),
    ({}, Asked(redis("Pod", "old-redis-7c9d-x2x4z", ownerReferences=_OF_REPLICAS)), False),
    (_STATEFUL, Asked(_OF_THE_SET), False),
    (_STATEFUL, Asked(_OF_THE_SET, user=by("daemon-set")), False),
    (_STATEFUL, Asked(_OF_THE_SET, user=_OURS_OF_SET), False),
    (_STATEFUL, Asked(redis("Pod", "old-redis"), user=by("statefulset")), False),
    (_DAEMONS, Asked(redis("Pod", "a", ownerReferences=made_by("DaemonSet", "old-redis"))), False),
    (_CRON, Asked(redis("Job", "a", ownerReferences=made_by("CronJob", "old-redis", "batch/v1"))), False),
    # What the account makes of something else.
    (_STATEFUL, Asked(redis("Pod", "a", ownerReferences=made_by("StatefulSet", "old-redis", "evil/v1")), user=by("statefulset")), False),
    ({}, Asked(redis("Pod", "old-redis-7c9d-x2x4z"), user=by("replicaset")), False),
    ({}, Asked(redis("Pod", "x", ownerReferences=_NOT_CONTROLLED), user=by("replicaset")), False),
    ({}, Asked(redis("Pod", "x", "other", ownerReferences=_OF_REPLICAS), user=by("replicaset")), False),
    ({}, Asked(redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "not-old-redis")), user=by("replicaset")), False),
    ({}, Asked(redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "old-redis-a-b-c")), user=by("replicaset")), False),
    ({}, Asked(redis("Pod", "x", ownerReferences=made_by("StatefulSet", "old-redis-2")), user=by("statefulset")), False),
    ({}, Asked(redis("Pod", "x", ownerReferences=made_by("DaemonSet", "old-redis")), user=by("daemon-set")), False),
    # What others write to it later.
    (_STATEFUL, updated(_OF_THE_SET, _OF_THE_SET), True),
    # In a background scan an owner is believed.
    (_STATEFUL, Asked(_OF_THE_SET, user=SCAN), True),
    (_STATEFUL, Asked(redis("Pod", "old-redis-0"), user=SCAN), False),
    # Nothing of a release or a Rollout can be told.
    (_RELEASE, Asked(redis("StatefulSet", "cache", annotations=_RELEASED)), False),
    (_RELEASE, Asked(redis("Pod", "cache-0", labels=_INSTANCE)), False),
    (_RELEASE, Asked(redis("Pod", "cache-0", labels=_INSTANCE), user=by("statefulset")), False),
    (_OTHERS_RELEASE, Asked(redis("StatefulSet", "cache", annotations=_RELEASED)), False),
    (_ROLLOUT, Asked(redis("ReplicaSet", "a", ownerReferences=made_by("Rollout", "old-redis", "argoproj.io/v1alpha1"))), False),
    # A class, and the claims of a set.
    (_SET, claim_of("data-db-0", by("statefulset")), True),
    (_SET, claim_of("data-db-0", SCAN), True),
    (_SET, Asked(claim("data-db-0")), False),
    (_SET, claim_of("data-web-0", by("statefulset")), False),
    (_SET, claim_of("other-app-db-0", by("statefulset")), False),
    (_SET, Asked(storage_class("longhorn")), False),
    (_DEPLOYMENT, claim_of("data-db-0", by("statefulset")), False),
    (_CLASS, Asked(storage_class("longhorn")), True),
    (_CLASS, Asked(storage_class("longhorn-2")), False),
    (_CLASS, Asked(claim("data-db-0")), False),
    # The version that was declared.
    (_KAFKA, Asked(kafka("kafka.strimzi.io/v1beta2")), True),
    (_KAFKA, Asked(kafka("kafka.strimzi.io/v1")), False),
    (_KAFKA, Asked(kafka("platform.confluent.io/v1beta1")), False),
    # What a policy of the packs keeps out, and no more.
    (_REPLACED, Asked(redis(name="mongo", image="mongo:7")), True),
    (_REPLACED, Asked(redis(name="mongo", image=_GATEKEEPER)), False),
    (_REPLACED, Asked(redis(name="mongo-2", image="mongo:7")), False),
    (_REJECTED, Asked(redis(name="mongo", image=_GATEKEEPER)), True),
    (_REJECTED, Asked(redis(name="mongo", image="mongo:7")), False),
    (_REJECTED, Asked(redis(name="mongo-2", image=_GATEKEEPER)), False),
]  # fmt: skip
#: The same for updates that change something, which Kyverno's own CLI cannot show.
UPDATED: list[tuple[dict[str, Any], Asked, bool]] = [
    # EKS annotates pods, people label them, the garbage collector takes an owner away, a set is scaled.
    (_STATEFUL, updated(_OF_THE_SET, labelled(_OF_THE_SET)), True),
    (_STATEFUL, updated(_OF_THE_SET, redis("Pod", "old-redis-0")), True),
    ({}, updated(_REPLICAS, {**_REPLICAS, "spec": {**_REPLICAS["spec"], "replicas": 3}}), True),
    (_SET, updated(claim("data-db-0"), claim_of("data-db-0", "", volumeName="pv-1").manifest), True),
    # Another image, another owner, another class.
    (_STATEFUL, updated(_CLEAN, {**_OF_THE_SET, "metadata": _CLEAN["metadata"]}), False),
    (_STATEFUL, updated(redis("Pod", "a"), redis("Pod", "a", ownerReferences=_OF_SET)), False),
    ({}, updated(redis("ReplicaSet", "old-redis-7c9d", image="nginx:1", ownerReferences=_OF_DEPLOYMENT), _REPLICAS), False),
    (_SET, updated(claim_of("data-db-0", "", "gp3").manifest, claim("data-db-0")), False),
    # A container that comes later is judged by itself, whatever stands in the pod.
    (_STATEFUL, updated(_OF_THE_SET, debugged(_OF_THE_SET, "busybox:1.37"), "developer", "ephemeralcontainers"), True),
    (_STATEFUL, updated(_OF_THE_SET, debugged(_OF_THE_SET, "redis:7"), "developer", "ephemeralcontainers"), False),
]  # fmt: skip
