"""Who may assume a role: pure documents, one a kind of caller."""

from __future__ import annotations

from typing import Any


def service_trust(
    service: str, account_id: str | None = None, *, actions: tuple[str, ...] = ("sts:AssumeRole",)
) -> dict[str, Any]:
    """Trust in one AWS service, such as ``vpc-flow-logs.amazonaws.com``; for ``account_id``, on its behalf alone.

    A service that says for whom it calls could otherwise be made to take the role for another account. EC2 does not
    say it, and of AWS Backup it is documented nowhere: a condition there would be one that nothing can meet.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    if account_id:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def pod_trust(account_id: str, cluster_arn: str, namespace: str, service_account: str) -> dict[str, Any]:
    """Trust in EKS Pod Identity, for one service account of one cluster.

    Without the conditions any association in the account could hand the role to any pod.
    Source: EKS user guide, Pod Identity role trust with session tags.
    """
    trust = service_trust("pods.eks.amazonaws.com", actions=("sts:AssumeRole", "sts:TagSession"))
    trust["Statement"][0]["Condition"] = {
        "StringEquals": {
            "aws:SourceAccount": account_id,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": service_account,
        },
        "ArnEquals": {"aws:SourceArn": cluster_arn},
    }
    return trust
