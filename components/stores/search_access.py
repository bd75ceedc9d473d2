"""Who reaches a search domain: its own policy, its administrator's role, and what an application is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arguments import AccountRegion


def access_policy(place: AccountRegion, domain_name: str) -> dict[str, Any]:
    """Who may sign requests to a domain: this account; which indexes, fine-grained access decides."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{place.account_id}:root"},
                "Action": "es:ESHttp*",
                "Resource": f"arn:aws:es:{place.region}:{place.account_id}:domain/{domain_name}/*",
            }
        ],
    }


def administrator_trust(principals: Sequence[str], mapper: str | None = None) -> dict[str, Any]:
    """Trust in some roles or users alone: the account's root would leave it to whatever policy allows to take roles.

    ``mapper`` is the role of a pod, whose session has tags of EKS that go along (source: EKS user guide, Pod Identity,
    session tags: they are transitive).
    """
    trusted = [{"Effect": "Allow", "Principal": {"AWS": sorted(principals)}, "Action": "sts:AssumeRole"}]
    if mapper:
        actions: Any = ["sts:AssumeRole", "sts:TagSession"]
        trusted.append({"Effect": "Allow", "Principal": {"AWS": mapper}, "Action": actions})
    return {"Version": "2012-10-17", "Statement": trusted}


def request_statement(domain_arns: Sequence[str]) -> dict[str, Any]:
    """The IAM side of a request to a domain; which indexes, fine-grained access decides."""
    return {"Action": "es:ESHttp*", "Resource": [f"{arn}/*" for arn in domain_arns]}


def admin_statements(domain_arns: Sequence[str], snapshot_role_arn: str) -> list[dict[str, Any]]:
    """What the administrator may do: ask the domains, and hand them the role that writes snapshots.

    Registering a snapshot repository is a request to the domain that names the role, and so passes it on (source:
    OpenSearch Service developer guide, prerequisites of manual snapshots).
    """
    return [request_statement(domain_arns), {"Action": "iam:PassRole", "Resource": snapshot_role_arn}]
