"""The children of ``eks:index:Cluster``, row by row as the component declares them.

Source: pulumi/pulumi-eks v4.3.0 (the newest published source; read at 7bf0c1b1 of 2026-08-12), nodejs/eks:
cluster/cluster.ts (createCore, createCluster), cluster/authenticationMode.ts, servicerole.ts, nodes/securitygroup.ts.
Checked against that source run under Pulumi's node mocks in preview mode.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from model import type_tokens
from preview.simulate.eks import security_groups, vpc_cni
from preview.simulate.expansion import Arguments, Children, Flow, applied, attribute
from preview.simulate.registration import Registration, child_urn
from preview.simulate.wire import UNKNOWN_TEXT, holds_unknown, is_reference, make_reference

REFUSED_IN_API_MODE: Final = ("roleMappings", "userMappings", "instanceRoles")
MODELLED: Final = frozenset(
    {
        *REFUSED_IN_API_MODE,
        *("name", "version", "vpcId", "subnetIds", "privateSubnetIds", "publicSubnetIds", "tags", "clusterTags"),
        *("endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs", "authenticationMode", "accessEntries"),
        *("skipDefaultNodeGroup", "skipDefaultSecurityGroups", "createOidcProvider", "enabledClusterLogTypes"),
        *("encryptionConfigKeyArn", "upgradePolicy", "deletionProtection", "serviceRole", "useDefaultVpcCni"),
        *("kubeProxyAddonOptions", "corednsAddonOptions", "vpcCniOptions", "nodeAssociatePublicIpAddress"),
    }
)

IGNORED: Final = ("accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons")
CLUSTER_POLICY: Final = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
ROLE_ACTIONS: Final = ["sts:AssumeRole", "sts:TagSession"]
ROLE_PURPOSE: Final = "Allows EKS to manage clusters on your behalf."


def children(component: Registration, made: Children | None = None) -> list[Registration]:
    """What the component registers. Raises :class:`ValueError` for arguments refused there or not modelled here."""
    args = Arguments(component, MODELLED)
    _refuse(args)
    made = made or Children(component)
    role_arn, after = _service_role(args, made)
    group = None if args["skipDefaultSecurityGroups"] else security_groups.cluster_group(args, made)
    cluster = _control_plane(args, made, role_arn, after, group)
    proxy = args["kubeProxyAddonOptions"] or {}
    if proxy.get("enabled", True):
        _addon(args, made, cluster, "kube-proxy", proxy)
    made.add(
        type_tokens.PULUMI_PROVIDERS_KUBERNETES,
        f"{component.name}-eks-k8s",
        {"kubeconfig": Flow(UNKNOWN_TEXT, (cluster.urn,))},
    )
    entries = _access(args, made, cluster)
    if not args["useDefaultVpcCni"]:
        vpc_cni.addon(args, made, cluster, entries)
    # Without a default node group CoreDNS comes only when asked for.
    dns = args["corednsAddonOptions"] or {}
    if dns.get("enabled") is True or dns.get("configurationValues") is not None:
        _addon(args, made, cluster, "coredns", dns)
    if group:
        security_groups.node_group(args, made, cluster, group)
    return made.made


def outputs(component: Registration) -> dict[str, Any]:
    """The component's outputs in a first preview (nodejs/eks/cmd/provider/cluster.ts)."""

    def child(type_: str, suffix: str) -> dict[str, Any]:
        return make_reference(child_urn(component.urn, type_, f"{component.name}-{suffix}"), custom=True)

    grouped = {
        "clusterSecurityGroup": child(type_tokens.EC2_SECURITY_GROUP, "eksClusterSecurityGroup"),
        "nodeSecurityGroup": child(type_tokens.EC2_SECURITY_GROUP, "nodeSecurityGroup"),
        "eksClusterIngressRule": child(type_tokens.EC2_SECURITY_GROUP_RULE, "eksClusterIngressRule"),
    }
    skipped = component.inputs.get("skipDefaultSecurityGroups")
    nothing = ("autoModeNodeRoleName", "defaultNodeGroupAsgName", "fargateProfileId", "fargateProfileStatus")
    unknown = ("core", "kubeconfig", "kubeconfigJson", "clusterSecurityGroupId", "nodeSecurityGroupId")
    return {
        **({} if skipped else grouped),
        **dict.fromkeys((*nothing, "oidcProviderArn"), ""),
        **dict.fromkeys((*unknown, "oidcIssuer", "oidcProviderUrl"), UNKNOWN_TEXT),
        "clusterIngressRuleId": "" if skipped else UNKNOWN_TEXT,
        "eksCluster": child(type_tokens.EKS_CLUSTER, "eksCluster"),
        "instanceRoles": [],
    }


def _refuse(args: Arguments) -> None:
    mode = args["authenticationMode"]
    stated = f"set to '{mode}'" if mode else "not set"
    checks = (
        *(
            (name in args and mode == "API", f"'{name}' does not support non-empty values in authenticationMode 'API'")
            for name in REFUSED_IN_API_MODE
        ),
        (
            "accessEntries" in args and mode not in ("API", "API_AND_CONFIG_MAP"),
            f"'accessEntries' is not supported when 'authenticationMode' is {stated}",
        ),
        (mode != "API", f"authenticationMode is {stated}, which is not modelled; only API is"),
        (
            args["subnetIds"] is not None
            and not (args["publicSubnetIds"] is None and args["privateSubnetIds"] is None),
            "subnetIds excludes publicSubnetIds and privateSubnetIds",
        ),
        (
            args["publicAccessCidrs"] is not None and args["endpointPublicAccess"] is False,
            "publicAccessCidrs can only be set when endpointPublicAccess is true",
        ),
        ("skipDefaultNodeGroup" not in args, "the default node group is not modelled; set skipDefaultNodeGroup"),
        ("createOidcProvider" in args, "createOidcProvider is not modelled"),
        (args["vpcId"] is None, "the default VPC is not modelled; set vpcId"),
        (
            "aws" in args.component.providers,
            "an explicit AWS provider needs providerCredentialOpts, which is not modelled",
        ),
    )
    for refused, reason in checks:
        if refused:
            raise args.refusal(reason)


def _service_role(args: Arguments, made: Children) -> tuple[Flow, list[Registration]]:
    given = args["serviceRole"]
    if given is not None:
        return Flow(UNKNOWN_TEXT, (given["urn"],) if is_reference(given) else args.flow("serviceRole").urns), []
    tags, name = args.flow("tags"), f"{made.component.name}-eksRole"
    service = made.add(
        type_tokens.PULUMI_EKS_SERVICE_ROLE,
        name,
        {
            "service": "eks.amazonaws.com",
            "description": ROLE_PURPOSE,
            "managedPolicyArns": [{"id": CLUSTER_POLICY, "arn": CLUSTER_POLICY}],
            "assumeRoleActions": ROLE_ACTIONS,
            "tags": tags,
        },
        custom=False,
    )
    statement = {"Action": ROLE_ACTIONS, "Effect": "Allow", "Principal": {"Service": ["eks.amazonaws.com"]}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
    inputs = {"description": ROLE_PURPOSE, "assumeRolePolicy": trust, "tags": tags}
    role = made.add(type_tokens.IAM_ROLE, f"{name}-role", inputs, parent=service)
    attachment = made.add(
        type_tokens.IAM_ROLE_POLICY_ATTACHMENT,
        f"{name}-{hashlib.sha1(CLUSTER_POLICY.encode(), usedforsecurity=False).hexdigest()[:8]}",
        {"policyArn": CLUSTER_POLICY, "role": Flow(make_reference(role.urn, custom=True), (role.urn,))},
        parent=service,
    )
    return attribute(role, "arn"), [role, attachment]


def _control_plane(
    args: Arguments, made: Children, role_arn: Flow, after: list[Registration], group: Registration | None
) -> Registration:
    name = f"{made.component.name}-eksCluster"
    key = args.flow("encryptionConfigKeyArn")
    cidrs = args.flow("publicAccessCidrs")
    given = ("name", "version", "enabledClusterLogTypes", "upgradePolicy", "deletionProtection")
    return made.add(
        type_tokens.EKS_CLUSTER,
        name,
        {
            **{each: args.flow(each) for each in given},
            "roleArn": role_arn,
            "bootstrapSelfManagedAddons": True,
            "vpcConfig": {
                "securityGroupIds": [attribute(group, "id")] if group else None,
                "subnetIds": _subnets(args),
                "endpointPrivateAccess": args.flow("endpointPrivateAccess"),
                "endpointPublicAccess": args.flow("endpointPublicAccess"),
                "publicAccessCidrs": applied(lambda cidrs, _: cidrs, cidrs, args.flow("endpointPublicAccess"))
                if cidrs.value is not None
                else None,
            },
            "tags": applied(
                lambda tags, own: {"Name": name, **(own or {}), **(tags or {})},
                args.flow("tags"),
                args.flow("clusterTags"),
            ),
            "encryptionConfig": applied(lambda arn: {"provider": {"keyArn": arn}, "resources": ["secrets"]}, key)
            if key.value is not None
            else None,
            "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
        },
        depends_on=after,
        ignore_changes=IGNORED,
    )


def _subnets(args: Arguments) -> Flow:
    if args["subnetIds"] is not None:
        return args.flow("subnetIds")
    # One apply over both lists: a single unknown subnet hides how many there are.
    flows = args.flow("publicSubnetIds"), args.flow("privateSubnetIds")
    return applied(lambda public, private: [*(public or []), *(private or [])], *flows)


def _addon(args: Arguments, made: Children, cluster: Registration, addon: str, asked: Mapping[str, Any]) -> None:
    values = asked.get("configurationValues")
    made.add(
        type_tokens.EKS_ADDON,
        f"{made.component.name}-{addon}",
        {
            "clusterName": attribute(cluster, "name"),
            "addonName": addon,
            "preserve": True,
            "tags": args.flow("tags"),
            # Unless pinned, the version is looked up, which waits for the cluster.
            "addonVersion": asked.get("version") or UNKNOWN_TEXT,
            "resolveConflictsOnCreate": asked.get("resolveConflictsOnCreate", "OVERWRITE"),
            "resolveConflictsOnUpdate": asked.get("resolveConflictsOnUpdate", "OVERWRITE"),
            "configurationValues": None if values is None else applied(vpc_cni.text, Flow(values)),
        },
    )


def _access(args: Arguments, made: Children, cluster: Registration) -> list[Registration]:
    entries = []
    for key, asked in (args["accessEntries"] or {}).items():
        urns = args.flow("accessEntries").urns if holds_unknown(asked) else ()
        named = {"clusterName": attribute(cluster, "name"), "principalArn": Flow(asked.get("principalArn"), urns)}
        rest = {each: asked.get(each) for each in ("kubernetesGroups", "tags", "type")}
        inputs = {**named, **rest, "userName": asked.get("username")}
        name = f"{made.component.name}-{key}"
        entry = made.add(type_tokens.EKS_ACCESS_ENTRY, name, inputs, depends_on=[cluster])
        for policy, association in (asked.get("accessPolicies") or {}).items():
            made.add(
                type_tokens.EKS_ACCESS_POLICY_ASSOCIATION,
                f"{name}-{policy}",
                {**named, **{each: association.get(each) for each in ("accessScope", "policyArn")}},
                parent=entry,
                depends_on=[entry],
            )
        entries.append(entry)
    return entries
