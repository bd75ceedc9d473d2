"""Permissions that are worth as much as the cluster, though no name says so.

Source: CIS Amazon EKS Benchmark 1.8, 4.1.4, 4.1.9 and 4.1.11; kubernetes.io, RBAC good practices.
"""

from __future__ import annotations

from typing import Final

from policy.admission.kyverno import Validation, quoted

_EVERYWHERE: Final = ("ClusterRole",)
_MAKING: Final = ("create",)
_CHANGING: Final = ("create", "delete", "deletecollection", "patch", "update")


def _none_of(resources: tuple[str, ...], verbs: tuple[str, ...], message: str) -> Validation:
    return Validation(
        f"!object.?rules.orValue([]).exists(r, r.?resources.orValue([]).exists(v, v in {quoted(resources)}) && "
        f"r.?verbs.orValue([]).exists(v, v in {quoted(verbs)}))",
        message,
    )


#: What each kind is held to. A Role makes pods in its own namespace alone, as executors of jobs must.
MINIMISED: Final = (
    (
        _EVERYWHERE,
        _none_of(("pods",), _MAKING, "a ClusterRole may not create pods: one of them may be anything"),
    ),
    (
        _EVERYWHERE,
        _none_of(
            ("persistentvolumes",),
            _MAKING,
            "a ClusterRole may not create persistentvolumes: one of them can be any folder of a node",
        ),
    ),
    (
        _EVERYWHERE,
        _none_of(
            ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
            _CHANGING,
            "a ClusterRole may not change webhook configurations: whoever does reads and rewrites what is created",
        ),
    ),
)
