"""Kubernetes' Pod Security Standards as CEL about ``variables.pod`` and ``variables.containers``, for Linux nodes.

Source: kubernetes.io, Pod Security Standards, levels Baseline and Restricted as of Kubernetes 1.35. AppArmor's old
annotation is left out: since 1.30 the API server turns it into the field. Windows' exemptions are left out: our nodes
run Linux.
"""

from __future__ import annotations

from typing import Final

from policy.admission.kyverno import Validation, quoted

_CAPABILITIES: Final = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
_SELINUX_TYPES: Final = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_SYSCTLS: Final = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
_VOLUMES: Final = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
_PROFILES: Final = ("RuntimeDefault", "Localhost")
_HANDLERS: Final = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.?postStart", "lifecycle.?preStop")


def _each(condition: str) -> str:
    """``condition`` about every container ``c``."""
    return f"variables.containers.all(c, {condition})"


def _effective(path: str, default: str) -> str:
    """What ``c`` says in its security context at ``path``, else what the pod says, else ``default``."""
    return f"c.?securityContext.?{path}.orValue(variables.pod.?securityContext.?{path}.orValue({default}))"


def _everywhere(condition: str) -> str:
    """``condition`` about the security context ``@`` of the pod and of every container."""
    return " && ".join(
        (condition.replace("@", "variables.pod.?securityContext"), _each(condition.replace("@", "c.?securityContext")))
    )


BASELINE: Final = (
    Validation(
        _everywhere("@.?windowsOptions.?hostProcess.orValue(false) == false"),
        "a pod may not be a process of its host: windowsOptions.hostProcess must be false or left out",
    ),
    Validation(
        " && ".join(f"variables.pod.?{key}.orValue(false) == false" for key in ("hostNetwork", "hostPID", "hostIPC")),
        "a pod may not share its node's namespaces: hostNetwork, hostPID and hostIPC must be false or left out",
    ),
    Validation(
        _each("c.?securityContext.?privileged.orValue(false) == false"),
        "a container may not be privileged",
    ),
    Validation(
        _each(f"c.?securityContext.?capabilities.?add.orValue([]).all(name, name in {quoted(_CAPABILITIES)})"),
        f"a container may add no capability but {', '.join(_CAPABILITIES)}",
    ),
    Validation(
        'variables.pod.?volumes.orValue([]).all(volume, !("hostPath" in volume))',
        "a pod may not mount a path of its node: no volume may be a hostPath",
    ),
    Validation(
        _each("c.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0)"),
        "a container may not take a port of its node: hostPort must be 0 or left out",
    ),
    Validation(
        _each(
            " && ".join(
                f'c.?{handler}.?{action}.?host.orValue("") == ""'
                for handler in _HANDLERS
                for action in ("httpGet", "tcpSocket")
            )
        ),
        "a probe or lifecycle hook may call its own pod only: host must be left out",
    ),
    Validation(
        _everywhere(f'@.?appArmorProfile.?type.orValue("RuntimeDefault") in {quoted(_PROFILES)}'),
        "AppArmor may not be switched off: appArmorProfile.type must be RuntimeDefault, Localhost or left out",
    ),
    Validation(
        _everywhere(
            f'@.?seLinuxOptions.?type.orValue("") in {quoted(_SELINUX_TYPES)} && '
            '@.?seLinuxOptions.?user.orValue("") == "" && @.?seLinuxOptions.?role.orValue("") == ""'
        ),
        "SELinux's user and role must be left out, and its type be that of a container",
    ),
    Validation(
        _each('c.?securityContext.?procMount.orValue("Default") == "Default"'),
        "a container may not see more of /proc: procMount must be Default or left out",
    ),
    Validation(
        _everywhere(f'@.?seccompProfile.?type.orValue("RuntimeDefault") in {quoted(_PROFILES)}'),
        "seccomp may not be switched off: seccompProfile.type must be RuntimeDefault, Localhost or left out",
    ),
    Validation(
        f"variables.pod.?securityContext.?sysctls.orValue([]).all(sysctl, sysctl.name in {quoted(_SYSCTLS)})",
        "a pod may set no sysctl that reaches beyond itself",
    ),
)

#: Beside the baseline, what a pod must give up.
RESTRICTED: Final = (
    Validation(
        f"variables.pod.?volumes.orValue([]).all(volume, volume.all(key, key in {quoted(('name', *_VOLUMES))}))",
        f"a volume must be one of {', '.join(_VOLUMES)}",
    ),
    Validation(
        _each("c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false"),
        "every container must set securityContext.allowPrivilegeEscalation to false",
    ),
    Validation(
        _each(f"{_effective('runAsNonRoot', 'false')} == true"),
        "runAsNonRoot must be true, for the pod or for every container",
    ),
    Validation(
        _everywhere("@.?runAsUser.orValue(1) != 0"),
        "no container may run as user 0",
    ),
    Validation(
        _each(_effective("seccompProfile.?type", "''") + f" in {quoted(_PROFILES)}"),
        "seccompProfile.type must be RuntimeDefault or Localhost, for the pod or for every container",
    ),
    Validation(
        _each(
            'c.?securityContext.?capabilities.?drop.orValue([]).exists(name, name == "ALL") && '
            'c.?securityContext.?capabilities.?add.orValue([]).all(name, name == "NET_BIND_SERVICE")'
        ),
        "every container must drop ALL capabilities and may add NET_BIND_SERVICE only",
    ),
)
