"""Kyverno's admission of ValidatingPolicies without Kyverno: which policies refuse an object, by their own CEL.

Follows kyverno v1.19.0 (pkg/cel): a policy is matched by namespace selector, group, version, resource and operation;
a policy on pods alone is rewritten, as text, for the pod controllers it lists; exceptions come before match conditions;
the first validation that is not true refuses, and an error refuses likewise. CEL is Google's own, with the optional
types and the string functions that Kyverno switches on too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from policy.admission.kyverno import Document

#: Group, version and resource of the kinds that the cluster's own API serves; other kinds are custom resources.
SERVED = {
    "Pod": ("", "v1", "pods"),
    "ReplicationController": ("", "v1", "replicationcontrollers"),
    "PodTemplate": ("", "v1", "podtemplates"),
    "PersistentVolume": ("", "v1", "persistentvolumes"),
    "PersistentVolumeClaim": ("", "v1", "persistentvolumeclaims"),
    "Service": ("", "v1", "services"),
    "ConfigMap": ("", "v1", "configmaps"),
    "Secret": ("", "v1", "secrets"),
    "Deployment": ("apps", "v1", "deployments"),
    "StatefulSet": ("apps", "v1", "statefulsets"),
    "DaemonSet": ("apps", "v1", "daemonsets"),
    "ReplicaSet": ("apps", "v1", "replicasets"),
    "Job": ("batch", "v1", "jobs"),
    "CronJob": ("batch", "v1", "cronjobs"),
    "StorageClass": ("storage.k8s.io", "v1", "storageclasses"),
    "VolumeSnapshotClass": ("snapshot.storage.k8s.io", "v1", "volumesnapshotclasses"),
    # Argo's, and a custom resource; its pods are judged like the others.
    "Rollout": ("argoproj.io", "v1alpha1", "rollouts"),
}
#: Who asks where nothing else is said, and who does in a background scan: nobody.
PERSON, SCAN = "developer", ""
#: What a policy says that refuses nothing.
ADMITTED, EXCEPTED = "admitted", "excepted"
TEMPLATES = {
    "daemonsets": "spec.template",
    "deployments": "spec.template",
    "replicasets": "spec.template",
    "statefulsets": "spec.template",
    "jobs": "spec.template",
    "cronjobs": "spec.jobTemplate.spec.template",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which policy refused, in which row's name, and what it said."""

    policy: str
    row: str | None
    message: str


class BrokenExpressionError(Exception):
    """CEL that failed for an object; Kyverno refuses then, too."""


class Kyverno:
    """The policies of a cluster, with their exceptions on a day."""

    def __init__(self, policies: list[Document], exceptions: list[Document] = (), today: str = "2026-11-23") -> None:
        now = datetime.fromisoformat(today).replace(tzinfo=UTC)
        self.exceptions = [
            exception
            for exception in exceptions
            if "expiresAt" not in exception["spec"] or datetime.fromisoformat(exception["spec"]["expiresAt"]) > now
        ]
        self.policies = [(policy, spec) for policy in policies for spec in (policy["spec"], *generated(policy["spec"]))]
        self._matching: dict[tuple[str | None, ...], list[tuple[Document, Document]]] = {}

    def refusals(
        self,
        manifest: Document,
        operation: str = "CREATE",
        subresource: str = "",
        user: str = PERSON,
        old: Document | None = None,
    ) -> list[Refusal]:
        """Every policy that refuses ``manifest``, in order, when ``user`` sends it in the place of ``old``."""
        return [
            Refusal(policy["metadata"]["name"], policy["metadata"]["labels"].get("decision"), verdict)
            for policy, verdict in self._judged(Request(manifest, operation, subresource, user, old))
            if verdict not in (ADMITTED, EXCEPTED)
        ]

    def verdicts(
        self,
        manifest: Document,
        operation: str = "CREATE",
        subresource: str = "",
        user: str = PERSON,
        old: Document | None = None,
    ) -> dict[str, str]:
        """What each policy that looks at ``manifest`` says of it: admitted, excepted, or why not."""
        judged = self._judged(Request(manifest, operation, subresource, user, old))
        return {policy["metadata"]["name"]: verdict for policy, verdict in judged}

    def _judged(self, request: "Request") -> Iterator[tuple[Document, str]]:
        for policy, spec in self._that_match(request):
            if self._excepted(policy, request):
                yield policy, EXCEPTED
                continue
            assert "matchConditions" not in spec
            for name, expression in ((item["name"], item["expression"]) for item in spec.get("variables", ())):
                request.define(name, expression)
            broken = (rule["message"] for rule in spec["validations"] if not request.holds(rule["expression"]))
            yield policy, next(broken, ADMITTED)

    def _that_match(self, request: "Request") -> list[tuple[Document, Document]]:
        """Every policy that looks at the request, found once for all that are alike to a match."""
        if request.kind not in self._matching:
            matching = [each for each in self.policies if request.matches(each[1]["matchConstraints"])]
            self._matching[request.kind] = matching
        return self._matching[request.kind]

    def _excepted(self, policy: Document, request: "Request") -> bool:
        reference = {"name": policy["metadata"]["name"], "kind": policy["kind"]}
        return any(
            all(request.holds(condition["expression"]) for condition in exception["spec"]["matchConditions"])
            for exception in self.exceptions
            if reference in exception["spec"]["policyRefs"]
        )


def generated(spec: Document) -> list[Document]:
    """What autogen makes of a policy on pods: for each shape of controller its own, rewritten as text."""
    constraints = spec["matchConstraints"]
    rules = constraints["resourceRules"]
    alone = len(rules) == 1 and not constraints.keys() & {"objectSelector", "excludeResourceRules"}
    if not alone or (rules[0]["apiGroups"], rules[0]["apiVersions"], rules[0]["resources"]) != ([""], ["v1"], ["pods"]):
        return []
    controllers = spec.get("autogen", {}).get("podControllers", {}).get("controllers", list(TEMPLATES))
    found = []
    for place in sorted(set(TEMPLATES.values())):
        text = re.sub(
            r"\b(object|oldObject)\.(spec|metadata)(?!\.namespace(?![A-Za-z0-9_]))", rf"\1.{place}.\2", json.dumps(spec)
        )
        rewritten = json.loads(text)
        rewritten["matchConstraints"]["resourceRules"] = [
            {**rules[0], "apiGroups": [group], "resources": sorted(resources)}
            for group in ("apps", "batch")
            if (
                resources := {r for g, _, r in SERVED.values() if g == group}
                & {r for r in controllers if TEMPLATES[r] == place}
            )
        ]
        found.append(rewritten)
    return found


class Request:
    """An admission request. What an expression came to is kept: most policies ask the same."""

    def __init__(
        self, manifest: Document, operation: str, subresource: str, user: str = PERSON, old: Document | None = None
    ) -> None:
        group, _, version = manifest["apiVersion"].rpartition("/")
        kind = manifest["kind"]
        served = SERVED.get(kind)
        plural = served[2] if served and served[:2] == (group, version) else f"{kind.lower()}s"
        self.group, self.version, self.operation = group, version, operation
        self.resource = f"{plural}/{subresource}" if subresource else plural
        self.namespace = manifest["metadata"].get("namespace")
        #: All that a match asks of it.
        self.kind = (group, version, self.resource, operation, self.namespace)
        # The API server gives whoever asks a group; without an old object nothing is known of it.
        info = {"username": user, "groups": ["system:authenticated"]} if user else {}
        asked = {"operation": operation, "subResource": subresource, "userInfo": info}
        before = None if operation == "CREATE" else old or {}
        self.data = {"object": manifest, "oldObject": before, "request": asked, "variables": {}}
        self.meaning: dict[str, str] = {}
        self.text: dict[str, str] = {}

    def matches(self, constraints: Document) -> bool:
        """Whether a policy with these constraints looks at the request."""
        return self._selected(constraints.get("namespaceSelector", {})) and any(
            self.operation in rule["operations"]
            and {"*", self.group} & {*rule["apiGroups"]}
            and {"*", self.version} & {*rule["apiVersions"]}
            and {self.resource, "*/*", *(() if "/" in self.resource else "*")} & {*rule["resources"]}
            for rule in constraints["resourceRules"]
        )

    def _selected(self, selector: Document) -> bool:
        if self.namespace is None:
            return True
        assert selector.keys() <= {"matchExpressions"}
        for requirement in selector.get("matchExpressions", ()):
            assert requirement["key"] == "kubernetes.io/metadata.name"
            assert requirement["values"]
            if (self.namespace in requirement["values"]) is not {"In": True, "NotIn": False}[requirement["operator"]]:
                return False
        return True

    def define(self, name: str, expression: str) -> None:
        """Set a variable of the policy."""
        if self.meaning.get(name) != expression:
            self.meaning[name] = expression
            value = self.data["variables"][name] = self.value(expression)
            self.text[name] = repr(value)

    def holds(self, expression: str) -> bool:
        """Whether ``expression`` is true; it must be true or false."""
        if (names := variables_of(expression)) is None:
            return self._holds(expression)
        # A hundred objects of one case have the same containers, and regular expressions are what takes the time.
        asked = (expression, *(self.text[name] for name in names))
        if asked not in _HELD:
            _HELD[asked] = self._holds(expression)
        return _HELD[asked]

    def _holds(self, expression: str) -> bool:
        value = self.value(expression)
        if not isinstance(value, bool):
            raise BrokenExpressionError(f"{expression}: {value!r}")
        return value

    def value(self, expression: str) -> object:
        """What ``expression`` comes to."""
        outcome = compiled(expression).eval(data=self.data)
        if outcome.type() == cel.Type.ERROR:
            raise BrokenExpressionError(f"{expression}: {outcome.value()}")
        return outcome.plain_value()


#: What came out of an expression that reads nothing but variables, by their values.
_HELD: dict[tuple[str, ...], bool] = {}


@cache
def variables_of(expression: str) -> tuple[str, ...] | None:
    """The variables that are all an expression reads; ``None`` where it reads the object itself."""
    if re.search(r"\b(object|oldObject|request|namespaceObject)\b", expression):
        return None
    return tuple(sorted(set(re.findall(r"\bvariables\.(\w+)", expression))))


@cache
def compiled(expression: str) -> cel.Expression:
    """The expression, type-checked as Kyverno does: objects are dynamic."""
    return environment().compile(expression)


@cache
def environment() -> cel.Env:
    return cel.NewEnv(
        variables={
            **dict.fromkeys(("object", "oldObject", "request"), cel.Type.DYN),
            "variables": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        },
        extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings()],
    )
