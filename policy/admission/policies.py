"""The ledger and the platform's own rules as Kyverno policies: what a preview refuses, the cluster refuses too.

A chart never reaches the cluster as such, and an AWS resource not at all: those forms stay with the packs. Everything
else that a system can be is refused for the same objects, by the same names:

- images, in pods and in all that makes pods: Kyverno rewrites a policy on pods for CronJobs, DaemonSets, Deployments,
  Jobs, ReplicaSets and StatefulSets; ephemeral containers, PodTemplates, ReplicationControllers and Argo's Rollouts
  have a second policy;
- custom resources by API group, or by group and kind;
- StorageClasses by provisioner, classes of snapshots by driver, volumes by driver and class; claims, and StatefulSets'
  claim templates, by the class they name; pods' own volumes, inline or ephemeral, by either.

Two differences are deliberate. Nobody looks at the system's namespaces, while a preview judges what is declared for
them. And what a controller in the cluster is told to install or to run (a chart by Flux or Argo CD, an operator's
package, an engine of KubeBlocks, containers of a workflow) is refused in the preview by its name; the cluster admits
the order and refuses what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from model.pods import CLASS_ANNOTATION
from policy.admission.exceptions import NAMESPACE, Stack, make_exception
from policy.admission.kyverno import Action, Document, Policy, Subject, Validation, inside, outside, quoted
from policy.admission.node_agents import node_agents_exception
from policy.admission.pod_security import BASELINE, RESTRICTED
from policy.ledger.decide import Decision
from policy.ledger.row import REJECTED, REPLACED, Forms, Row, System
from policy.ledger.rows import ROWS
from stacks.section import Capability, Waiver

#: The label that names a policy's row: the same word as the cost allocation tag of AWS resources.
ROW_LABEL: Final = "decision"
#: The policy that pods which change or read their node could not meet.
BASELINE_POLICY: Final = "pods-meet-the-baseline"


def ledger_policies(decisions: Mapping[Capability, Decision], action: Action) -> list[Document]:
    """The policies against every system that ``decisions`` keep out, each labelled with its row's capability."""
    return [
        document
        for row, system, verdict in kept_out(decisions)
        for document in _against(row, system, verdict, action, decisions[row.capability].chosen.title)
    ]


def kept_out(decisions: Mapping[Capability, Decision]) -> Iterator[tuple[Row, System, str]]:
    """Each refused system with its row and why: an incumbent whose target holds, and what was rejected for good."""
    for row in ROWS:
        if row.verdict != "keep" and decisions[row.capability].holds_target:
            yield row, row.incumbent, "is not what was chosen"
        for system in row.rejected:
            yield row, system, "is rejected"


def _against(row: Row, system: System, verdict: str, action: Action, instead: str = "") -> Iterator[Document]:
    """One or two policies for each form of the system that an API server sees."""
    forms = system.forms

    def refusing(form: str, expression: str) -> Policy:
        message = row.refusal(f"this {form}", system, verdict, instead=instead)
        return Policy(
            name=f"{row.capability}-{system.slug}-{form.replace(' ', '-')}",
            title=f"{system.title} {verdict}: no {form} of it",
            validations=(Validation(expression, message),),
            namespaces=outside(()),
            action=action,
            labels={ROW_LABEL: row.capability},
        )

    if forms.images:
        condition = f"c.?image.orValue('').lowerAscii().matches(r'{image_pattern(forms.images)}')"
        yield from refusing("image", f"!variables.containers.exists(c, {condition})").on_pods()
    if forms.kinds:
        kinds = quoted(forms.kinds)
        subject = Subject(
            groups=sorted({kind.partition("/")[0] for kind in forms.kinds}),
            versions=("*",),
            resources=("*",),
            variables={"group": 'object.apiVersion.split("/")[0]'},
        )
        condition = f'variables.group in {kinds} || variables.group + "/" + object.kind in {kinds}'
        yield refusing("kind", f"!({condition})").on(subject)
    if forms.provisioners:
        subject = Subject(groups=("storage.k8s.io",), versions=("*",), resources=("storageclasses",))
        condition = f'object.?provisioner.orValue("") in {quoted(forms.provisioners)}'
        yield refusing("storage class", f"!({condition})").on(subject)
        subject = Subject(groups=("snapshot.storage.k8s.io",), versions=("*",), resources=("volumesnapshotclasses",))
        condition = f'object.?driver.orValue("") in {quoted(forms.provisioners)}'
        yield refusing("snapshot class", f"!({condition})").on(subject)
        condition = f'object.spec.?csi.?driver.orValue("") in {quoted(forms.provisioners)}'
        condition = f"{condition} || {_names_class('object', forms)}"
        yield refusing("volume", f"!({condition})").on(Subject(resources=("persistentvolumes",)))
    if forms.storage_classes:
        expression = f"!variables.claims.exists(claim, {_names_class('claim', forms)})"
        claims = Subject(resources=("persistentvolumeclaims",), scanned=True, variables={"claims": "[object]"})
        templates = Subject(
            groups=("apps",),
            resources=("statefulsets",),
            scanned=True,
            variables={"claims": "object.spec.?volumeClaimTemplates.orValue([])"},
        )
        yield refusing("claim", expression).on(claims)
        yield refusing("claim template", expression).on(templates)
    if forms.provisioners or forms.storage_classes:
        driver = f'volume.?csi.?driver.orValue("") in {quoted(forms.provisioners)}'
        condition = f"{driver} || {_names_class('volume.?ephemeral.?volumeClaimTemplate', forms)}"
        expression = f"!variables.volumes.exists(volume, {condition})"
        yield from refusing("pod volume", expression).on_pods()


def _names_class(claim: str, forms: Forms) -> str:
    named = ("spec.?storageClassName", f'metadata.?annotations[?"{CLASS_ANNOTATION}"]')
    return " || ".join(f'{claim}.?{place}.orValue("") in {quoted(forms.storage_classes)}' for place in named)


def image_pattern(names: Sequence[str]) -> str:
    """``policy.ledger.matching.image_is`` for any of ``names`` as an RE2 pattern, for text in lower case.

    Whatever stands before the last segments' slash counts for nothing, and so do a tag that the name does not ask for
    and a digest. Names have no registry of their own, which a test of the ledger holds: ``image_is`` would drop one and
    this would not. Docker's own images are called without ``library/`` as well, and then with no other registry.
    """
    tagged = [name for name in names if ":" in name]
    plain = [name for name in names if name not in tagged]
    official = [name.removeprefix(_OFFICIAL) for name in plain if name.startswith(_OFFICIAL)]
    ways = [rf"([^@]*/)?({_either(plain)})(:[^/@]*)?"] if plain else []
    ways += [rf"([^@]*/)?({_either(tagged)})"] if tagged else []
    ways += [rf"((index\.)?docker\.io/)?({_either(official)})(:[^/@]*)?"] if official else []
    return rf"(?s)^\s*({'|'.join(ways)})(@.*)?\s*$"


_OFFICIAL: Final = "library/"


def _either(names: Sequence[str]) -> str:
    return "|".join(re.escape(name).replace(r"\#", "[0-9]+").replace(r"\*", "[^/@]*") for name in names)


def general_policies(registry: str, application_namespaces: Sequence[str], action: Action) -> list[Document]:
    """The platform's own rules, whatever the ledger says: safe pods, our images, versions that are named, requests.

    Applications' namespaces are held to the strictest of them. Elsewhere the charts of this program run, which come
    from their makers' registries, and whose requests the program's own capacity check adds up.
    """
    ours = f"{registry.rstrip('/')}/"
    everywhere = outside(())
    policies = [
        Policy(
            name=BASELINE_POLICY,
            title="Pods meet the baseline of the Pod Security Standards",
            validations=BASELINE,
            namespaces=everywhere,
            action=action,
        ),
        Policy(
            name="images-name-a-version",
            title="Images name a version",
            validations=(names_a_version(),),
            namespaces=everywhere,
            action=action,
        ),
    ]
    if application_namespaces:
        policies += [
            Policy(
                name="applications-are-restricted",
                title="Applications' pods meet the restricted Pod Security Standard",
                validations=RESTRICTED,
                namespaces=inside(application_namespaces),
                action=action,
            ),
            Policy(
                name="applications-run-our-images",
                title="Applications run images of our registry",
                validations=(
                    Validation(
                        f"variables.containers.all(c, c.?image.orValue('').startsWith('{ours}'))",
                        f"an application's image must come from {ours}, where images are scanned",
                    ),
                ),
                namespaces=inside(application_namespaces),
                action=action,
            ),
            Policy(
                name="applications-ask-for-resources",
                title="Applications' containers ask for processor and memory, and limit their memory",
                validations=(asks_for_resources(),),
                namespaces=inside(application_namespaces),
                action=action,
            ),
        ]
    return [document for policy in policies for document in policy.on_pods()]


def names_a_version() -> Validation:
    """Every image has a tag that means one image, or a digest."""
    tagged = "i.contains('@') || (i.matches(r':[^:/@]+$') && !i.endsWith(':latest'))"
    return Validation(
        f"variables.containers.all(c, [c.?image.orValue('')].all(i, {tagged}))",
        "an image must name a tag other than latest, or a digest: what runs must be what was tested",
    )


def asks_for_resources() -> Validation:
    """Every container says what it needs."""
    # Ephemeral containers are left out: Kubernetes lets them ask for nothing.
    asked = ("requests.?cpu", "requests.?memory", "limits.?memory")
    condition = " && ".join(f"c.?resources.?{path}.hasValue()" for path in asked)
    containers = "variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([])"
    return Validation(
        f"({containers}).all(c, {condition})",
        "every container must request cpu and memory and limit its memory, so that it finds room and stays in it",
    )


def platform_exceptions() -> list[Document]:
    """The exceptions that no waiver asks for and none ends: the nodes' own agents."""
    return [node_agents_exception(BASELINE_POLICY, NAMESPACE)]


def generate_exceptions(
    waivers: Sequence[Waiver],
    decisions: Mapping[Capability, Decision],
    today: date,
    stack: Stack,
    owners: Collection[str],
) -> list[Document]:
    """A Kyverno exception for each of the ledger's waivers that still holds and is of one of ``owners``.

    Its reach is :mod:`policy.admission.exceptions`'s.

    A waiver is of a row, or of the packs' policy against what was replaced, or of that against what is rejected.
    """
    names: dict[str, list[str]] = {}
    for row, system, verdict in kept_out(decisions):
        policy = REJECTED if system in row.rejected else REPLACED
        for document in _against(row, system, verdict, "Deny"):
            for waived in (row.capability, policy):
                names.setdefault(waived, []).append(document["metadata"]["name"])
    found = (
        make_exception(waiver, names[waived], stack, owners)
        for waiver in waivers
        if (waived := waiver.row or waiver.policy or "") in names and today <= waiver.expires
    )
    return list({document["metadata"]["name"]: document for document in found if document}.values())
