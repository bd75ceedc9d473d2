"""The rotation's requests to a real API server: what its rights allow, how a mirror is awaited, and what restarts.

External Secrets and the Deployments' controller are played by their status alone, which the API server keeps apart.
"""

from __future__ import annotations

import json
import ssl
import threading
import urllib.request
from contextlib import contextmanager

import pytest

from components.stores.rotator.consumers import MARK, Cluster
from components.stores.rotator.versions import Failed
from tests.kube.objects import objects

MIRROR = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "metadata": {"name": "app", "namespace": "alphacar"},
    "spec": {
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "store"},
        "target": {"name": "app"},
        "data": [{"secretKey": "password", "remoteRef": {"key": "alphacar/dev/app", "property": "password"}}],
    },
}
CONTAINER = {"name": "app", "image": "example.com/app:1"}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "main-backend", "namespace": "alphacar"},
    "spec": {
        "selector": {"matchLabels": {"app": "app"}},
        "template": {"metadata": {"labels": {"app": "app"}}, "spec": {"containers": [CONTAINER]}},
    },
}


def patch(api, path, body):
    """A status, as its controller writes it."""
    context = ssl.create_default_context(cafile=str(api.certificate))
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/merge-patch+json"}
    request = urllib.request.Request(
        f"https://127.0.0.1:{api.port}{path}/status", json.dumps(body).encode(), headers, method="PATCH"
    )
    urllib.request.urlopen(request, timeout=30, context=context).close()  # noqa: S310 - https to this machine


@contextmanager
def controllers(api):
    """What External Secrets and the Deployments' controller would say of what they see."""
    over = threading.Event()

    def look():
        mirror = "/apis/external-secrets.io/v1/namespaces/alphacar/externalsecrets/app"
        rolled = "/apis/apps/v1/namespaces/alphacar/deployments/main-backend"
        while not over.wait(0.05):
            found = api.ask("GET", mirror)["metadata"]
            ready = {"type": "Ready", "status": "True"}
            version = f"{found['generation']}-{hash(json.dumps(found.get('annotations')))}"
            patch(api, mirror, {"status": {"syncedResourceVersion": version, "conditions": [ready]}})
            generation = api.ask("GET", rolled)["metadata"]["generation"]
            counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 1)
            patch(api, rolled, {"status": {"observedGeneration": generation, **counts}})

    running = threading.Thread(target=look)
    running.start()
    try:
        yield
    finally:
        over.set()
        running.join()


@pytest.fixture
def cluster(api, tmp_path):
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "alphacar"}})
    api.create(MIRROR)
    api.create(DEPLOYMENT)
    (tmp_path / "token").write_text(api.token)
    return Cluster(f"https://127.0.0.1:{api.port}", tmp_path / "token", api.certificate, patience=20, pause=0.05)


def test_a_mirror_is_asked_and_a_deployment_restarts_once_for_a_version(api, cluster):
    with controllers(api):
        cluster.refresh("alphacar", "app")
        assert cluster.restart("alphacar", "main-backend", "app", "version-2") is True
        once = api.read(DEPLOYMENT)
        assert cluster.restart("alphacar", "main-backend", "app", "version-2") is True

    template = once["spec"]["template"]
    assert template["metadata"] == {"labels": {"app": "app"}, "annotations": {f"{MARK}/app": "version-2"}}
    assert [each["image"] for each in template["spec"]["containers"]] == ["example.com/app:1"]
    assert api.read(DEPLOYMENT)["metadata"]["generation"] == once["metadata"]["generation"] == 2
    assert api.read(MIRROR)["metadata"]["annotations"].keys() == {f"{MARK}/asked"}


def test_what_is_not_there_is_told_apart_from_what_does_not_come(api, cluster):
    cluster._patience = 0.2

    assert cluster.restart("alphacar", "absent", "app", "version-2") is False
    with pytest.raises(Failed, match="there is no ExternalSecret alphacar/absent"):
        cluster.refresh("alphacar", "absent")
    with pytest.raises(Failed, match="ExternalSecret alphacar/app is not synced"):
        cluster.refresh("alphacar", "app")
    with pytest.raises(Failed, match="Deployment alphacar/main-backend is not rolled out"):
        cluster.restart("alphacar", "main-backend", "app", "version-2")


def test_the_programs_own_account_may_do_that_and_no_more(api, cluster, tmp_path):
    ours = [each.manifest for each in objects("prod/all") if each.manifest["metadata"]["name"] == "rotation"]
    for namespace in ("airflow", "external-secrets", "monitoring"):
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for manifest in ours:
        if manifest["kind"] in ("ServiceAccount", "Role", "RoleBinding"):
            api.create(manifest)
    path = "/api/v1/namespaces/external-secrets/serviceaccounts/rotation/token"
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    (tmp_path / "own").write_text(api.ask("POST", path, asked)["status"]["token"])
    own = Cluster(f"https://127.0.0.1:{api.port}", tmp_path / "own", api.certificate, patience=20, pause=0.05)
    other = {**DEPLOYMENT, "metadata": {"name": "main-frontend", "namespace": "alphacar"}}
    api.create(other)

    with controllers(api):
        assert own.restart("alphacar", "main-backend", "mongodb-password", "version-2") is True
    # The mirror of the application's user, by the name that the program gives it.
    assert own.ask("GET", "/apis/external-secrets.io/v1/namespaces/alphacar/externalsecrets/mongodb-secret") is None
    with pytest.raises(Failed, match="is refused: 403"):
        own.restart("alphacar", "main-frontend", "mongodb-password", "version-2")
    with pytest.raises(Failed, match="is refused: 403"):
        own.ask("GET", "/api/v1/namespaces/alphacar/secrets/mongodb-secret")
