"""A pod that nothing is held against, what is changed in it, and which of the platform's own rules then refuse it."""

import copy

from tests import conftest
from tests.policy.admission.cases import DIGEST, OURS

REGISTRY = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com"
BASELINE, RESTRICTED = "pods-meet-the-baseline", "applications-are-restricted"
OUR_IMAGES, VERSION, ASKS = "applications-run-our-images", "images-name-a-version", "applications-ask-for-resources"
#: A pod that nothing is held against.
GOOD = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "app",
            "image": OURS,
            "ports": [{"containerPort": 8080}],
            "livenessProbe": {"httpGet": {"path": "/", "port": 8080}},
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "16Mi"}},
        }
    ],
    "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
}
#: A pod against which the baseline has something, and the rule on versions.
BAD = {"hostNetwork": True, "containers": [{"name": "x", "image": "nginx"}]}
#: What is changed in the good pod (a path, c being its container), and the policies that then refuse it.
CHANGES = [
    ("hostNetwork", True, {BASELINE}),
    ("hostPID", True, {BASELINE}),
    ("hostIPC", True, {BASELINE}),
    ("hostIPC", False, set()),
    ("securityContext.windowsOptions.hostProcess", True, {BASELINE}),
    ("c.securityContext.windowsOptions.hostProcess", True, {BASELINE}),
    ("c.securityContext.privileged", True, {BASELINE}),
    ("c.securityContext.privileged", False, set()),
    ("c.securityContext.capabilities.add", ["NET_ADMIN"], {BASELINE, RESTRICTED}),
    ("c.securityContext.capabilities.add", ["CHOWN"], {RESTRICTED}),
    ("c.securityContext.capabilities.add", ["NET_BIND_SERVICE"], set()),
    ("c.securityContext.capabilities.drop", ["NET_RAW"], {RESTRICTED}),
    ("c.securityContext.capabilities", ..., {RESTRICTED}),
    ("volumes", [{"name": "node", "hostPath": {"path": "/"}}], {BASELINE, RESTRICTED}),
    ("volumes", [{"name": "nfs", "nfs": {"server": "x", "path": "/"}}], {RESTRICTED}),
    ("volumes", [{"name": "t", "projected": {}}, {"name": "c", "csi": {"driver": "x"}}], set()),
    ("volumes", ..., set()),
    ("c.ports", [{"containerPort": 80, "hostPort": 80}], {BASELINE}),
    ("c.ports", [{"containerPort": 80, "hostPort": 0}], set()),
    ("c.ports", ..., set()),
    ("c.livenessProbe.httpGet.host", "169.254.169.254", {BASELINE}),
    ("c.livenessProbe.httpGet.host", "", set()),
    ("c.lifecycle.preStop.tcpSocket.host", "10.0.0.1", {BASELINE}),
    ("securityContext.appArmorProfile.type", "Unconfined", {BASELINE}),
    ("c.securityContext.appArmorProfile.type", "Localhost", set()),
    ("securityContext.seLinuxOptions.type", "spc_t", {BASELINE}),
    ("c.securityContext.seLinuxOptions.type", "container_t", set()),
    ("c.securityContext.seLinuxOptions.user", "system_u", {BASELINE}),
    ("c.securityContext.seLinuxOptions.role", "sysadm_r", {BASELINE}),
    ("c.securityContext.procMount", "Unmasked", {BASELINE}),
    ("c.securityContext.seccompProfile.type", "Unconfined", {BASELINE, RESTRICTED}),
    ("c.securityContext.seccompProfile.type", "Localhost", set()),
    ("securityContext.seccompProfile", ..., {RESTRICTED}),
    ("securityContext.sysctls", [{"name": "kernel.msgmax", "value": "1"}], {BASELINE}),
    ("securityContext.sysctls", [{"name": "net.ipv4.tcp_syncookies", "value": "1"}], set()),
    ("c.securityContext.allowPrivilegeEscalation", True, {RESTRICTED}),
    ("c.securityContext.allowPrivilegeEscalation", ..., {RESTRICTED}),
    ("securityContext.runAsNonRoot", ..., {RESTRICTED}),
    ("c.securityContext.runAsNonRoot", False, {RESTRICTED}),
    ("securityContext.runAsUser", 0, {RESTRICTED}),
    ("c.securityContext.runAsUser", 0, {RESTRICTED}),
    ("c.securityContext.runAsUser", 1000, set()),
    ("securityContext", ..., {RESTRICTED}),
    ("c.securityContext", ..., {RESTRICTED}),
    ("c.image", f"{REGISTRY}/main-backend:1.0@sha256:0", set()),
    ("c.image", f"{REGISTRY}/main-backend{DIGEST}", set()),
    ("c.image", f"{REGISTRY}/main-backend", {VERSION}),
    ("c.image", f"{REGISTRY}/main-backend:latest", {VERSION}),
    ("c.image", f"{REGISTRY}/main-backend:latest{DIGEST}", set()),
    ("c.image", f"{REGISTRY}/main-backend:latest-1", set()),
    ("c.image", "registry.internal:5000/app", {VERSION, OUR_IMAGES}),
    ("c.image", "nginx:1.27", {OUR_IMAGES}),
    ("c.image", f"docker.io/{REGISTRY}/app:1", {OUR_IMAGES}),
    ("c.image", f"{REGISTRY}.example.com/app:1", {OUR_IMAGES}),
    ("c.image", "999999999999.dkr.ecr.ap-northeast-2.amazonaws.com/app:1", {OUR_IMAGES}),
    ("c.resources.requests.cpu", ..., {ASKS}),
    ("c.resources.requests.memory", ..., {ASKS}),
    ("c.resources.limits.memory", ..., {ASKS}),
    ("c.resources.limits.cpu", "1", set()),
    ("c.resources", ..., {ASKS}),
]


def changed(path, value):
    """The good pod's spec with the value at ``path`` replaced, or removed."""
    spec = copy.deepcopy(GOOD)
    place = spec["containers"][0] if path.startswith("c.") else spec
    conftest.changed(place, {path.removeprefix("c."): value})
    return spec
