"""The table of exceptions: a waiver, an object, and whether the cluster admits it then."""

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
from tests.policy.admission.cases import pod_maker

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
    documents = generate_exceptions(landing.waivers, landing.decisions, today, STACK)
    return Waived(landing, documents, ledger_policies(landing.decisions, "Deny"))


def redis(kind="Deployment", name="old-redis", namespace="shop", image="redis:7", **metadata: Any) -> Document:
    """An object that runs ``image``."""
    manifest = pod_maker(kind, {"containers": [{"name": "x", "image": image}]}, name, namespace)
    return {**manifest, "metadata": {**manifest["metadata"], **metadata}}


def made_by(kind: str, name: str) -> list[Document]:
    """Owner references to one controller."""
    return [{"kind": kind, "name": name, "controller": True, "apiVersion": "apps/v1", "uid": "1"}]


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


_RELEASE = {"urn": "*::kubernetes:helm.sh/v3:Release::shop/redis"}
#: Crossplane's, which only has the name of Helm's.
_OTHERS_RELEASE = {"urn": "*::kubernetes:helm.crossplane.io/v1beta1:Release::shop/redis"}
_RELEASED = {"meta.helm.sh/release-name": "redis"}
_INSTANCE = {"app.kubernetes.io/instance": "redis"}
_NOT_CONTROLLED = [{**made_by("ReplicaSet", "old-redis")[0], "controller": False}]
_SET = {"row": "volumes", "urn": "*::shop/db"}
_CLASS = {"row": "volumes", "urn": "*::kubernetes:storage.k8s.io/v1:StorageClass::longhorn"}
_DEPLOYMENT = {"row": "volumes", "urn": "*::kubernetes:apps/v1:Deployment::shop/db"}
_KAFKA = {"row": "workflow", "urn": "*::kubernetes:kafka.strimzi.io/v1beta2:Kafka::shop/old"}


def _of_policy(policy: str) -> dict[str, Any]:
    return {"row": None, "policy": policy, "urn": "*::kubernetes:apps/v1:Deployment::shop/mongo"}


_REPLACED, _REJECTED = _of_policy("replaced-systems-stay-out"), _of_policy("rejected-systems-stay-out")
_GATEKEEPER = "openpolicyagent/gatekeeper"
#: What the waiver says otherwise than the one above, an object, and whether it is admitted.
EXCEPTED: list[tuple[dict[str, Any], Document, bool]] = [
    # The object and what it makes, and nothing else.
    ({}, redis(), True),
    ({}, redis(image="docker.io/bitnami/redis@sha256:0"), True),
    ({}, redis(name="old-redis-2"), False),
    ({}, redis(name="redis"), False),
    ({}, redis(namespace="other"), False),
    ({}, redis(kind="StatefulSet"), False),
    ({}, redis(image="mongo:7"), False),
    ({}, redis("ReplicaSet", "old-redis-7c9d", ownerReferences=made_by("Deployment", "old-redis")), True),
    ({}, redis("Pod", "old-redis-7c9d-x2x4z", ownerReferences=made_by("ReplicaSet", "old-redis-7c9d")), True),
    ({}, redis("Pod", "old-redis-7c9d-x2x4z"), False),
    ({}, redis("Pod", "x", ownerReferences=_NOT_CONTROLLED), False),
    ({}, redis("Pod", "x", "other", ownerReferences=made_by("ReplicaSet", "old-redis-7c9d")), False),
    ({}, redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "not-old-redis")), False),
    ({}, redis("Pod", "x", ownerReferences=made_by("ReplicaSet", "old-redis-a-b-c")), False),
    ({}, redis("Pod", "x", ownerReferences=made_by("StatefulSet", "old-redis-2")), False),
    ({}, redis("Pod", "x", ownerReferences=made_by("DaemonSet", "old-redis")), False),
    # A release is what carries its name.
    (_RELEASE, redis("StatefulSet", "cache", annotations=_RELEASED), True),
    (_RELEASE, redis("Pod", "cache-0", labels=_INSTANCE), True),
    (_RELEASE, redis("StatefulSet", "cache", labels=_INSTANCE), False),
    (_RELEASE, redis("StatefulSet", "redis", annotations={"meta.helm.sh/release-name": "other"}), False),
    (_RELEASE, redis("StatefulSet", "c", "other", annotations=_RELEASED), False),
    (_OTHERS_RELEASE, redis("StatefulSet", "cache", annotations=_RELEASED), False),
    # A class, and the claims of a set.
    (_SET, claim("data-db-0"), True),
    (_SET, claim("data-web-0"), False),
    (_SET, claim("other-app-db-0"), False),
    (_SET, storage_class("longhorn"), False),
    (_DEPLOYMENT, claim("data-db-0"), False),
    (_CLASS, storage_class("longhorn"), True),
    (_CLASS, storage_class("longhorn-2"), False),
    (_CLASS, claim("data-db-0"), False),
    # The version that was declared.
    (_KAFKA, kafka("kafka.strimzi.io/v1beta2"), True),
    (_KAFKA, kafka("kafka.strimzi.io/v1"), False),
    (_KAFKA, kafka("platform.confluent.io/v1beta1"), False),
    # What a policy of the packs keeps out, and no more.
    (_REPLACED, redis(name="mongo", image="mongo:7"), True),
    (_REPLACED, redis(name="mongo", image=_GATEKEEPER), False),
    (_REPLACED, redis(name="mongo-2", image="mongo:7"), False),
    (_REJECTED, redis(name="mongo", image=_GATEKEEPER), True),
    (_REJECTED, redis(name="mongo", image="mongo:7"), False),
    (_REJECTED, redis(name="mongo-2", image=_GATEKEEPER), False),
]
