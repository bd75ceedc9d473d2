"""What is admitted: Kyverno, and the ledger's refusals as policies of the cluster itself."""

from __future__ import annotations

import pulumi

from components.cluster.admission import Admission, AdmissionArgs
from landing import names
from landing.environment import Environment
from landing.platform import Platform
from policy.admission.exceptions import Stack
from policy.admission.kyverno import SYSTEM_NAMESPACES
from policy.admission.policies import general_policies, generate_exceptions, ledger_policies, platform_exceptions
from policy.admission.secret_stores import Reach, secret_policies
from stacks.owners import waiver_owners


def build(zone: Environment, platform: Platform) -> Admission:
    """The controller and every policy that follows from decisions, images and pod security."""
    settings, place = zone.settings, zone.place
    namespaces = platform.namespaces.by_name
    registry = f"{place.account_id}.dkr.ecr.{place.region}.amazonaws.com/"
    action = settings.admission.action
    return Admission(
        "admission",
        AdmissionArgs(
            replicas=settings.controllers.replicas,
            policies=[
                *ledger_policies(zone.decisions, action),
                *general_policies(registry, sorted(settings.applications), action),
                *(secret_policies(reach(zone), action) if zone.builds("secrets") else ()),
            ],
            exceptions=[
                *platform_exceptions(),
                *generate_exceptions(
                    settings.exceptions,
                    zone.decisions,
                    zone.today,
                    Stack(pulumi.get_stack(), pulumi.get_project()),
                    waiver_owners(),
                ),
            ],
            excluded_namespaces=SYSTEM_NAMESPACES,
            cluster=platform.cluster.access,
            namespace=namespaces["kyverno"],
            exceptions_namespace=namespaces["kyverno-exceptions"],
            # Kyverno's own monitors need their CRD, and its webhooks must answer before applications land.
            after=[platform.nodes, platform.crds],
        ),
    )


def reach(zone: Environment) -> Reach:
    """Where each namespace's secrets are, which role reads them, and what is shared with it besides."""
    path, inventory = names.secrets_path(zone.settings.environment), zone.settings.secrets.inventory
    shared: dict[str, list[str]] = {}
    for name, entry in inventory.items():
        for reader in entry.readers:
            shared.setdefault(reader, []).append(f"{path}/{entry.namespace}/{name}")
    return Reach(
        role=f"arn:aws:iam::{zone.place.account_id}:role/{names.SECRET_READERS}-", path=f"{path}/", shared=shared
    )
