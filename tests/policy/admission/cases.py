"""The table of cases as objects that a program declares and a cluster is asked to admit."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from model.resource import Resource
from tests.policy.admission.admitting import PERSON, SERVED

TABLE = Path(__file__).with_name("admission_cases.yaml")
DIGEST = "@sha256:" + "5e4d" * 16
OURS = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/main-backend:1.0"
MAKERS = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "PodTemplate",
    "Rollout",
)
#: Where a container may stand. Only a pod has ephemeral ones, and they come to it later, by a request of their own.
PLACES = [
    (kind, containers)
    for kind in ("Pod", *MAKERS, "CronJob")
    for containers in ("containers", "initContainers", *(["ephemeralContainers"] if kind == "Pod" else []))
]


@dataclass(frozen=True)
class Asked:
    """An object, and how the cluster is asked to admit it."""

    manifest: dict[str, Any]
    operation: str = "CREATE"
    subresource: str = ""
    user: str = PERSON
    old: dict[str, Any] | None = None

    @property
    def declared(self) -> Resource:
        """The same object as a registration of the program."""
        version, kind = self.manifest["apiVersion"], self.manifest["kind"]
        token = f"kubernetes:{version if '/' in version else f'core/{version}'}:{kind}"
        name = self.manifest["metadata"]["name"]
        return Resource(urn=f"urn:pulumi:prod::shop::{token}::{name}", type=token, name=name, props=self.manifest)


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    row: str
    system: str
    form: str
    refused: bool
    text: str

    def __str__(self) -> str:
        return f"{self.system} {self.form} {'refused' if self.refused else 'accepted'}: {self.text}"

    def asked(self) -> Iterator[Asked]:
        """Every object that the line stands for."""
        yield from FORMS[self.form](self.text, self.system)


def table() -> list[Case]:
    """Every line of the table."""
    return [
        Case(*key.split("/"), form, outcome == "refused", text)
        for key, forms in yaml.safe_load(TABLE.read_text()).items()
        for form, outcomes in forms.items()
        for outcome, texts in outcomes.items()
        for text in texts
    ]


def of_image(text: str, system: str) -> Iterator[Asked]:
    image = text.replace("@digest", DIGEST)
    for kind, containers in PLACES:
        spec = {"containers": [{"name": "app", "image": OURS}]}
        spec[containers] = [*spec.get(containers, ()), {"name": system, "image": image}]
        ephemeral = containers == "ephemeralContainers"
        manifest = pod_maker(kind, spec, system)
        yield Asked(manifest, "UPDATE" if ephemeral else "CREATE", containers.lower() if ephemeral else "")
    yield Asked(pod_maker("Deployment", {"containers": [{"name": system, "image": image}]}, system), "UPDATE")


def pod_maker(kind: str, spec: dict[str, Any], name: str, namespace: str = "shop") -> dict[str, Any]:
    """An object of ``kind`` whose pods have ``spec``; its labels say ``name``, as those of a client may."""
    group, version, _ = SERVED[kind]
    labels = {"app": name, "app.kubernetes.io/name": name}
    template = {"template": {"metadata": {"labels": labels}, "spec": spec}}
    if kind not in ("Pod", "PodTemplate"):
        spec = template
    if kind == "CronJob":
        spec = {"schedule": "0 17 * * 6", "jobTemplate": {"spec": spec}}
    return {
        "apiVersion": f"{group}/{version}" if group else version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        **(template if kind == "PodTemplate" else {"spec": spec}),
    }


def of_kind(text: str, system: str) -> Iterator[Asked]:
    version, kind = text.split()
    manifest = {"apiVersion": version, "kind": kind, "metadata": {"name": system, "namespace": "shop"}, "spec": {}}
    yield Asked(manifest)
    yield Asked(manifest, "UPDATE")
    yield Asked({**manifest, "metadata": {"name": "x"}})


def of_provisioner(text: str, system: str) -> Iterator[Asked]:
    provisioner, name = text.split()
    version = "storage.k8s.io/v1"
    yield Asked({"apiVersion": version, "kind": "StorageClass", "metadata": {"name": name}, "provisioner": provisioner})
    snapshots = {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": {"name": name}}
    yield Asked({**snapshots, "driver": provisioner, "deletionPolicy": "Delete"})
    volume = {"csi": {"driver": provisioner, "volumeHandle": name}}
    yield Asked({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": volume})
    yield from _mounting({"csi": {"driver": provisioner}}, system)


def _mounting(volume: dict[str, Any], system: str) -> Iterator[Asked]:
    logs = {"name": "logs", "emptyDir": {}}
    spec = {"containers": [{"name": "app", "image": OURS}], "volumes": [logs, {"name": "data", **volume}]}
    for kind in ("Pod", *MAKERS, "CronJob"):
        yield Asked(pod_maker(kind, spec, system))


def of_class(text: str, system: str) -> Iterator[Asked]:
    where, name = text.split()
    claim = {"metadata": {"name": "data"}, "spec": {"storageClassName": name}}
    if where.startswith("annotat"):
        note = {"volume.beta.kubernetes.io/storage-class": name}
        claim = {"metadata": {"name": "data", "annotations": note}, "spec": {}}
    if where in ("ephemeral", "annotated-ephemeral"):
        yield from _mounting({"ephemeral": {"volumeClaimTemplate": claim}}, system)
        return
    if where in ("volume", "annotated-volume"):
        yield Asked({**claim, "apiVersion": "v1", "kind": "PersistentVolume"})
        return
    if where in ("claim", "annotation"):
        metadata = {**claim["metadata"], "namespace": "shop"}
        yield Asked({**claim, "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata})
        return
    manifest = pod_maker("StatefulSet", {"containers": [{"name": "app", "image": OURS}]}, system)
    logs = {"metadata": {"name": "logs"}, "spec": {"storageClassName": "gp3"}}
    manifest["spec"]["volumeClaimTemplates"] = [logs, claim] if where == "second-template" else [claim]
    yield Asked(manifest)


FORMS = {"image": of_image, "kind": of_kind, "provisioner": of_provisioner, "class": of_class}


def lookalikes() -> list[Asked]:
    """Objects that carry the name of every refused system where a name means nothing."""
    found = []
    for name in sorted({case.system for case in table()} | {"redis", "mongo", "kafka", "longhorn.io"}):
        metadata = {
            "name": name.replace(".", "-"),
            "namespace": "shop",
            "labels": {"app": name},
            "annotations": {"x": name},
        }
        for kind, rest in (
            ("Service", {"spec": {"selector": {"app": name}, "ports": [{"name": name[:15], "port": 6379}]}}),
            ("ConfigMap", {"data": {"image": name, "storageClassName": name, "provisioner": name}}),
            ("Secret", {"stringData": {"image": name}}),
            ("PersistentVolumeClaim", {"spec": {"storageClassName": "gp3", "volumeName": name}}),
        ):
            found.append(Asked({"apiVersion": "v1", "kind": kind, "metadata": metadata, **rest}))
        container = {"name": "app", "image": OURS, "command": [name], "env": [{"name": "IMAGE", "value": name}]}
        spec = {"containers": [container], "serviceAccountName": name, "imagePullSecrets": [{"name": name}]}
        found += [Asked(pod_maker(kind, spec, name)) for kind in ("Pod", *MAKERS, "CronJob")]
        found.append(Asked({"apiVersion": f"{name}.example.com/v1", "kind": "Cluster", "metadata": metadata}))
    return found
