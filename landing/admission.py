"""What is admitted: Kyverno, and the ledger's refusals as policies of the cluster itself."""

from __future__ import annotations

import pulumi

from components.cluster.admission import Admission, AdmissionArgs
from landing.environment import Environment
from landing.platform import Platform
from policy.admission.exceptions import Stack
from policy.admission.kyverno import SYSTEM_NAMESPACES
from policy.admission.policies import general_policies, generate_exceptions, ledger_policies


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
            ],
            exceptions=generate_exceptions(
                settings.exceptions, zone.decisions, zone.today, Stack(pulumi.get_stack(), pulumi.get_project())
            ),
            excluded_namespaces=SYSTEM_NAMESPACES,
            cluster=platform.cluster.access,
            namespace=namespaces["kyverno"],
            exceptions_namespace=namespaces["kyverno-exceptions"],
            # Kyverno's own monitors need their CRD, and its webhooks must answer before applications land.
            after=[platform.nodes, platform.crds],
        ),
    )
