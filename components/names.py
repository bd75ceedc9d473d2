"""Names that follow from a component's: each is one that AWS and Kubernetes take, or refused before anything is made.

An argument that gives another name is matched where it is given; what stands in for it is matched here, alike.
"""

from __future__ import annotations

import re
from typing import Final

#: What Pulumi puts behind the name of a resource that is given none: a hyphen and seven digits.
SUFFIX: Final = 8


def named(given: str | None, default: str, pattern: re.Pattern[str], allowed: str) -> str:
    """The name that was ``given``, or the ``default``, which must be one that AWS takes.

    Raises:
        ValueError: Says the default, and what is ``allowed``.
    """
    return given if given is not None else physical(default, pattern, allowed)


def physical(name: str, pattern: re.Pattern[str], allowed: str) -> str:
    """``name``, if ``pattern`` matches it whole.

    Raises:
        ValueError: Says the name, and what is ``allowed``.
    """
    if not pattern.fullmatch(name):
        raise ValueError(f"{name!r} is no name that AWS takes here: {allowed}")
    return name


def _autonamed(name: str, kind: str, characters: str, said: str, most: int) -> str:
    fits = re.compile(rf"(?=.{{1,{most - SUFFIX}}}$){characters}", re.ASCII)
    return physical(name, fits, f"at most {most - SUFFIX} {said}, as {kind} has {most} and Pulumi adds {SUFFIX}")


def role_name(name: str) -> str:
    """``name``, for an IAM role that has no other. Raises :class:`ValueError`, as :func:`physical` does.

    Source: IAM API reference, CreateRole.
    """
    return _autonamed(name, "a role", r"[\w+=,.@-]+", "letters, digits and _+=,.@-", 64)


def node_group_name(name: str) -> str:
    """The same for a node group of EKS (source: EKS API reference, CreateNodegroup)."""
    return _autonamed(name, "a node group", r"[A-Za-z0-9][A-Za-z0-9_-]*", "letters, digits, hyphens, underscores", 63)


def store_group_name(name: str) -> str:
    """The same for the groups of subnets and of parameters of a store (source: RDS, ElastiCache API references)."""
    characters = r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*"
    return _autonamed(name, "a group", characters, "letters, digits and single hyphens, a letter first", 255)


def security_group_name(name: str) -> str:
    """The same for a security group of a VPC (source: EC2 API reference, CreateSecurityGroup)."""
    characters = r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+"
    return _autonamed(name, "a security group", characters, "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*", 255)
