"""The child of ``eks:index:ManagedNodeGroup``: one ``aws:eks/nodeGroup:NodeGroup`` of the same name.

Source: pulumi/pulumi-eks v4.3.0, nodejs/eks/nodes/nodegroup.ts (createManagedNodeGroup), read at 7bf0c1b1. The cluster
arrives there as a reference whose ``core`` is wholly unknown in a first preview, hence so are the cluster's name and,
unless given, version and subnets.
"""

from __future__ import annotations

from typing import Any, Final

from model import type_tokens
from preview.simulate.expansion import Arguments, Children, Flow, applied
from preview.simulate.registration import Registration, child_urn
from preview.simulate.wire import UNKNOWN_TEXT, is_reference, make_reference

PASSED_ON: Final = (
    *("nodeGroupName", "instanceTypes", "capacityType", "amiType", "launchTemplate", "labels", "taints", "tags"),
    *("diskSize", "updateConfig", "releaseVersion", "forceUpdateVersion"),
)
MODELLED: Final = frozenset(
    {*PASSED_ON, "cluster", "nodeRole", "nodeRoleArn", "subnetIds", "scalingConfig", "ignoreScalingChanges", "version"}
)
#: What makes the component write a launch template of its own, in its order.
OWN_TEMPLATE: Final = (
    *("bootstrapExtraArgs", "kubeletExtraArgs", "bottlerocketSettings", "nodeadmExtraOptions"),
    *("enableIMDSv2", "userData", "amiId", "enableEfaSupport"),
)


def children(component: Registration, made: Children | None = None) -> list[Registration]:
    """What the component registers. Raises :class:`ValueError` for arguments refused there or not modelled here."""
    asked = [name for name in OWN_TEMPLATE if component.inputs.get(name) is not None]
    if asked and component.inputs.get("launchTemplate") is not None:
        names = ", ".join(OWN_TEMPLATE)
        raise ValueError(
            f"{type_tokens.PULUMI_EKS_MANAGED_NODE_GROUP} {component.name}: a custom launchTemplate "
            f"excludes all of {names}, not only {asked[0]}"
        )
    args = Arguments(component, MODELLED)
    if args["cluster"] is None:
        raise args.refusal("cluster is missing")
    made = made or Children(component)
    made.add(
        type_tokens.EKS_NODE_GROUP,
        component.name,
        {
            **{name: args.flow(name) for name in PASSED_ON},
            "clusterName": UNKNOWN_TEXT,
            "nodeRoleArn": _role(args),
            "scalingConfig": applied(_scaling, args.flow("scalingConfig")),
            "subnetIds": applied(list, args.flow("subnetIds")) if args["subnetIds"] is not None else UNKNOWN_TEXT,
            "version": _version(args),
        },
        ignore_changes=("scalingConfig.desiredSize",) if args["ignoreScalingChanges"] else (),
    )
    return made.made


def outputs(component: Registration) -> dict[str, Any]:
    """The component's outputs in a first preview (nodejs/eks/cmd/provider/nodegroup.ts)."""
    child = make_reference(child_urn(component.urn, type_tokens.EKS_NODE_GROUP, component.name), custom=True)
    return {"nodeGroup": child, "placementGroupName": ""}


def _role(args: Arguments) -> Flow:
    role = args["nodeRole"]
    if role is not None and args["nodeRoleArn"] is not None:
        raise args.refusal("specify one of nodeRole and nodeRoleArn")
    if role is not None:
        return Flow(UNKNOWN_TEXT, (role["urn"],) if is_reference(role) else args.flow("nodeRole").urns)
    if args["nodeRoleArn"] is None:
        raise args.refusal("an IAM role must be given, as nodeRole or nodeRoleArn")
    return args.flow("nodeRoleArn")


def _version(args: Arguments) -> Flow:
    # With a launch template the version is the image's business, otherwise it is the cluster's.
    if args["version"] is None and args["launchTemplate"] is None:
        return Flow(UNKNOWN_TEXT)
    return args.flow("version")


def _scaling(asked: dict[str, Any] | None) -> dict[str, Any]:
    asked = asked or {}
    return {
        "desiredSize": asked.get("desiredSize", 2),
        "minSize": asked.get("minSize", 1),
        "maxSize": asked.get("maxSize", 2),
    }
