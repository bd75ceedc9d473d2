"""The VPC CNI add-on that the cluster component adds: its environment as one known, key-sorted JSON text.

Source: pulumi/pulumi-eks v4.3.0, nodejs/eks/addons/cni-addon.ts and addons/addon.ts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from model import type_tokens
from preview.simulate.expansion import Arguments, Children, applied, attribute
from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT

#: Variable, option, and what stands when the option is not given; a later row overwrites an earlier one, as there.
VARIABLES: Final = (
    ("AWS_VPC_CNI_NODE_PORT_SUPPORT", "nodePortSupport", None),
    ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "customNetworkConfig", None),
    ("WARM_ENI_TARGET", "warmEniTarget", "1"),
    ("WARM_IP_TARGET", "warmIpTarget", None),
    ("WARM_PREFIX_TARGET", "warmPrefixTarget", None),
    ("ENABLE_PREFIX_DELEGATION", "enablePrefixDelegation", None),
    ("AWS_VPC_K8S_CNI_LOGLEVEL", "logLevel", "DEBUG"),
    ("AWS_VPC_K8S_CNI_LOG_FILE", "logFile", "/host/var/log/aws-routed-eni/ipamd.log"),
    ("AWS_VPC_K8S_CNI_VETHPREFIX", "vethPrefix", "eni"),
    ("AWS_VPC_ENI_MTU", "eniMtu", "9001"),
    ("ENI_CONFIG_LABEL_DEF", "eniConfigLabelDef", None),
    ("AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "pluginLogLevel", "DEBUG"),
    ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "pluginLogFile", "/var/log/aws-routed-eni/plugin.log"),
    ("ENABLE_POD_ENI", "enablePodEni", "false"),
    ("AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "cniConfigureRpfilter", None),
    ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "cniCustomNetworkCfg", "false"),
    ("AWS_VPC_K8S_CNI_EXTERNALSNAT", "cniExternalSnat", "false"),
)
INIT_VARIABLE: Final = ("DISABLE_TCP_EARLY_DEMUX", "disableTcpEarlyDemux", "false")
#: Options that end up in the add-on's configuration, and those that become properties of the add-on.
CONFIGURING: Final = frozenset(
    {
        *(option for _, option, _ in (*VARIABLES, INIT_VARIABLE)),
        *("configurationValues", "enableNetworkPolicy", "externalSnat"),
    }
)
PROPERTIES: Final = ("addonVersion", "resolveConflictsOnCreate", "resolveConflictsOnUpdate", "serviceAccountRoleArn")


def addon(args: Arguments, made: Children, cluster: Registration, after: list[Registration]) -> None:
    """Adds the component and its add-on. Raises :class:`ValueError` for an option that is not modelled."""
    asked = args.parts("vpcCniOptions")
    for option, flow in asked.items():
        if option not in CONFIGURING and option not in PROPERTIES and flow.value:
            raise args.refusal(f"the option vpcCniOptions.{option} is not modelled")
    given = args["vpcCniOptions"] or {}
    if given.get("externalSnat") and given.get("cniExternalSnat"):
        raise args.refusal("specify one of `cniExternalSnat` or `externalSnat` in vpcCniOptions")
    name, cluster_name, tags = f"{made.component.name}-vpc-cni", attribute(cluster, "name"), args.flow("tags")
    component = made.add(
        type_tokens.PULUMI_EKS_VPC_CNI_ADDON,
        name,
        {**asked, "clusterName": cluster_name, "clusterVersion": attribute(cluster, "version"), "tags": tags},
        custom=False,
        depends_on=after,
    )
    configuring = {option: flow for option, flow in asked.items() if option in CONFIGURING}
    made.add(
        type_tokens.EKS_ADDON,
        name,
        {
            "clusterName": cluster_name,
            "addonName": "vpc-cni",
            # Unless pinned, the version is looked up, which waits for the cluster.
            "addonVersion": asked.get("addonVersion", UNKNOWN_TEXT),
            "resolveConflictsOnCreate": asked.get("resolveConflictsOnCreate", "OVERWRITE"),
            "resolveConflictsOnUpdate": asked.get("resolveConflictsOnUpdate", "OVERWRITE"),
            "preserve": True,
            "configurationValues": applied(
                lambda *values: text(configuration(dict(zip(configuring, values, strict=True)))), *configuring.values()
            ),
            "serviceAccountRoleArn": asked.get("serviceAccountRoleArn"),
            "tags": tags,
        },
        parent=component,
    )


def configuration(options: Mapping[str, Any]) -> dict[str, Any]:
    """The add-on's configuration: what was given, over the component's own environment."""
    options = {**options, "cniExternalSnat": options.get("externalSnat") or options.get("cniExternalSnat")}
    env: dict[str, str] = {}
    for variable, option, default in VARIABLES:
        value = _variable(options, option, default)
        if value is not None:
            env[variable] = value
    variable, option, default = INIT_VARIABLE
    init = {variable: _variable(options, option, default)}
    given: dict[str, Any] = dict(options.get("configurationValues") or {})
    policy = options.get("enableNetworkPolicy")
    if policy is not None:
        given.setdefault("enableNetworkPolicy", _text_of(bool(policy)))
    given["env"] = {**env, **_mapping(given.get("env"))}
    given["init"] = {**_mapping(given.get("init")), "env": {**init, **_mapping(_mapping(given.get("init")).get("env"))}}
    return given


def text(values: Any) -> str:
    """``values`` as the component writes them: JSON, compact, keys sorted."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _variable(options: Mapping[str, Any], option: str, default: str | None) -> str | None:
    value = options.get(option)
    # Only this one tells a zero from nothing.
    given = value is not None if option == "warmEniTarget" else bool(value)
    return _text_of(value) if given else default


def _text_of(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
