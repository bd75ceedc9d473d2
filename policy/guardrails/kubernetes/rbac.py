"""Permissions in the cluster that a program declares: no role for everything, and none that gives itself more.

Source: kubernetes.io, RBAC good practices, privilege escalation risks.
"""

from __future__ import annotations

from typing import Final

from policy.admission.kyverno import Validation, quoted
from policy.guardrails.kubernetes.minimised import MINIMISED
from policy.guardrails.kubernetes.objects import held, of

_GROUP: Final = "rbac.authorization.k8s.io"
_ROLES: Final = ("Role", "ClusterRole")
_BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")
_ESCALATING: Final = ("bind", "escalate", "impersonate")
_WRITING: Final = ("create", "update", "patch")
_READING: Final = ("get", "list", "watch")
#: Whoever asks, whoever signed in, and whom nothing stops.
_EVERYBODY: Final = (
    *("system:anonymous", "system:authenticated", "system:masters", "system:serviceaccounts"),
    "system:unauthenticated",
)
_NAMED: Final = "r.?resourceNames.orValue([]).size() > 0"


def _no_rule(condition: str) -> str:
    return f"!object.?rules.orValue([]).exists(r, {condition})"


def _holds(key: str, values: tuple[str, ...]) -> str:
    # A part of any resource is named as ``*/exec`` as well (source: kubernetes pkg/apis/rbac/v1, ResourceMatches).
    parts = {f"*/{value.partition('/')[2]}" for value in values if "/" in value}
    return f"r.?{key}.orValue([]).exists(v, v in {quoted((*values, *sorted(parts)))})"


#: What each kind is held to.
RULES: Final = (
    (_ROLES, Validation(_no_rule('"*" in r.?verbs.orValue([])'), "a role must name its verbs: * is every one of them")),
    (
        _ROLES,
        Validation(
            _no_rule('"*" in r.?resources.orValue([])'),
            "a role must name its resources: * is every one of them, Secrets too",
        ),
    ),
    (
        _ROLES,
        Validation(
            _no_rule(f"{_holds('verbs', _ESCALATING)} && !({_NAMED})"),
            "a role may bind, escalate or impersonate by resourceNames only: it could give itself everything",
        ),
    ),
    (
        _ROLES,
        Validation(
            _no_rule(
                f"{_holds('resources', ('nodes/proxy', 'serviceaccounts/token'))} && "
                f"{_holds('verbs', ('create', 'get'))} && !({_NAMED})"
            ),
            "a role may not reach kubelets (nodes/proxy) or make tokens of every account (serviceaccounts/token)",
        ),
    ),
    (
        ("ClusterRole",),
        Validation(
            _no_rule(f"{_holds('resources', ('secrets',))} && {_holds('verbs', _READING)} && !({_NAMED})"),
            "a ClusterRole may read Secrets by resourceNames only: without them it reads every namespace's",
        ),
    ),
    (
        _ROLES,
        Validation(
            _no_rule(
                f"{_holds('resources', ('rolebindings', 'clusterrolebindings', 'roles', 'clusterroles'))} && "
                f"{_holds('verbs', _WRITING)} && !({_NAMED})"
            ),
            "a role may write roles and bindings by resourceNames only: it could give itself what others have",
        ),
    ),
    (
        ("ClusterRole",),
        Validation(
            _no_rule(
                f"{_holds('resources', ('pods/exec', 'pods/attach', 'pods/portforward'))} && "
                f"{_holds('verbs', ('create', 'get'))} && !({_NAMED})"
            ),
            "a ClusterRole may not run commands in every pod, or reach its ports (pods/exec, pods/attach, "
            "pods/portforward): name them, or use a Role",
        ),
    ),
    (
        ("ClusterRole",),
        Validation(
            _no_rule(
                f"{_holds('resources', ('pods/ephemeralcontainers',))} && {_holds('verbs', ('update', 'patch'))} && "
                f"!({_NAMED})"
            ),
            "a ClusterRole may not put containers into every pod (pods/ephemeralcontainers): name them, or use a Role",
        ),
    ),
    (
        ("ClusterRole",),
        Validation(
            _no_rule(
                f"{_holds('resources', ('certificatesigningrequests/approval',))} && "
                f"{_holds('verbs', ('update', 'patch'))} && !({_NAMED})"
            ),
            "a ClusterRole may not approve certificates: whoever holds one is whom it names",
        ),
    ),
    (
        ("ClusterRole",),
        Validation(
            _no_rule(f"{_holds('resources', ('services/status',))} && {_holds('verbs', ('update', 'patch'))}"),
            "a ClusterRole may not write the status of Services: it would take traffic to any address",
        ),
    ),
    (
        _BINDINGS,
        Validation(
            '!object.?subjects.orValue([]).exists(s, s.?kind.orValue("") == "ServiceAccount" && '
            's.?name.orValue("") == "default")',
            "no binding may name a namespace's default account, which every pod has that names none",
        ),
    ),
    (
        _BINDINGS,
        Validation(
            'object.?roleRef.?name.orValue("") != "cluster-admin"',
            "nobody may be bound to cluster-admin: who administers the cluster is an access entry, which AWS logs",
        ),
    ),
    (
        ("ClusterRoleBinding",),
        Validation(
            '!(object.?roleRef.?name.orValue("") in ["admin", "edit"])',
            "nobody may be bound to admin or edit in every namespace, whose Secrets they read: use a RoleBinding",
        ),
    ),
    (
        _BINDINGS,
        Validation(
            f'!object.?subjects.orValue([]).exists(s, s.?name.orValue("") in {quoted(_EVERYBODY)})',
            f"no binding may name {', '.join(_EVERYBODY)}: that is everybody, or somebody whom nothing stops",
        ),
    ),
)


RBAC: Final = tuple(held(of(_GROUP, *kinds), validation) for kinds, validation in (*RULES, *MINIMISED))
