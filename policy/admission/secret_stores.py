"""What External Secrets may be told in the cluster: each namespace reads by its own role, and below its own path.

The operator takes the role that a SecretStore names, and IAM lets it do so for the namespace that its session's tags
name. A store that stated those tags itself could name any, so only the operator may state them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policy.admission.kyverno import Action, Document, Policy, Subject, Validation, outside, quoted

GROUP: Final = "external-secrets.io"
STORE_POLICY: Final = "secret-stores-use-their-own-role"
MIRROR_POLICY: Final = "secrets-are-read-below-the-own-path"
_HERE: Final = "object.metadata.namespace"
_STORE: Final = "object.spec.?provider.?aws"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Where a cluster's secrets are, and by which roles they are read."""

    #: What a role's ARN is before the namespace.
    role: str
    #: What a secret's name is before the namespace, with a slash at its end.
    path: str
    #: Names of others' secrets that a namespace may read, by namespace.
    shared: Mapping[str, Sequence[str]] = field(default_factory=dict)


def secret_policies(reach: Reach, action: Action) -> list[Document]:
    """A policy on SecretStores of AWS and one on what ExternalSecrets ask for; other providers are let be."""
    by_role = f'{_STORE}.?role.orValue("") == "{reach.role}" + {_HERE}'
    stated = f'{_STORE}.?sessionTagsPolicy.orValue("None") == "Simple"'
    chained = f"{_STORE}.?additionalRoles.orValue([]).size() == 0"
    own = f'key.startsWith("{reach.path}" + {_HERE} + "/")'
    shared = [
        f'({_HERE} == "{namespace}" && key in {quoted(sorted(names))})'
        for namespace, names in sorted(reach.shared.items())
        if names
    ]
    allowed = " || ".join((f'!key.startsWith("{reach.path}")', own, *shared))
    keys = (
        '[object.spec.?data.orValue([]).map(each, each.?remoteRef.?key.orValue("")), '
        'object.spec.?dataFrom.orValue([]).map(each, each.?extract.?key.orValue(""))]'
    )
    return [
        Policy(
            name=STORE_POLICY,
            title="A SecretStore of AWS reads by the role of its own namespace",
            validations=(
                Validation(
                    f"!{_STORE}.hasValue() || ({by_role} && {stated} && {chained})",
                    f"a SecretStore of AWS must name its namespace's own role, {reach.role}NAMESPACE, and no other, by "
                    "sessionTagsPolicy Simple: the operator then says for whom it reads, and IAM believes it",
                ),
            ),
            namespaces=outside(()),
            action=action,
        ).on(Subject(groups=(GROUP,), versions=("*",), resources=("secretstores",))),
        Policy(
            name=MIRROR_POLICY,
            title="An ExternalSecret reads below its own namespace's path",
            validations=(
                Validation(
                    f"{keys}.all(keys, keys.all(key, {allowed}))",
                    f"an ExternalSecret must read below {reach.path}NAMESPACE/, its own, or what is shared with its "
                    "namespace: readers of an entry in landing:secrets.inventory",
                ),
            ),
            namespaces=outside(()),
            action=action,
        ).on(Subject(groups=(GROUP,), versions=("*",), resources=("externalsecrets",))),
    ]
