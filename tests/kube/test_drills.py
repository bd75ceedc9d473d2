"""A drill against the real API server and Velero's real CRDs, under the rights that its service account is given."""

import json

import pytest

from components.stores.drills import DrilledStore, Drills, DrillsArgs
from policy.gates.drills import judge_drill
from preview.simulate.recorder import record
from preview.simulate.wire import show_to_reader
from recovery.canary import BusyError, DrillError
from recovery.drill import drill
from recovery.kubernetes import Kubernetes
from tests.components.given import KEY, cluster, namespace
from tests.recovery.played import POISONS, VELERO, VeleroWorld, ready

RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"
KINDS = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


def rights():
    """What the component gives to the drill of the cluster, as manifests."""

    def program():
        Drills(
            "drills",
            DrillsArgs(
                cluster=cluster(),
                namespace=namespace("jobs"),
                canaries=namespace("recovery"),
                velero=namespace("velero"),
                environment="prod",
                image=f"registry.example.com/tools@sha256:{'a' * 64}",
                stores={"backup": DrilledStore(every_days=7, plan={"schedule": "velero-daily"})},
                ledger_bucket="ledger",
                key_arn=KEY,
            ),
        )

    made = record(program, project="p", stack="test", config={"aws:region": "ap-northeast-2"}).registrations
    for kind in KINDS:
        for each in (each for each in made if each.type == f"{RBAC}{kind}"):
            yield {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, **show_to_reader(each.inputs)}


class RealWorld(VeleroWorld):
    """As played, but kept by a real API server; what controllers would do is done while the drill waits."""

    def __init__(self, admin, drills_api):
        super().__init__(admin, drills_api)
        played = self.clock.meanwhile
        self.clock.meanwhile = lambda: (played(), self._finalize())

    def _came_along(self, copied):
        place = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/{}"
        for plural in ("roles", "rolebindings"):
            for each in self.api.ask("GET", place.format("recovery", plural))["items"]:
                restored = {**each, "metadata": {"name": each["metadata"]["name"]}}
                self.api.ask("POST", place.format(copied, plural), restored)

    def _finalize(self):
        for each in self.api.ask("GET", "/api/v1/namespaces")["items"]:
            if each["metadata"].get("deletionTimestamp"):
                name = each["metadata"]["name"]
                self.api.ask("DELETE", f"/api/v1/namespaces/{name}/configmaps")
                self.api.ask("PUT", f"/api/v1/namespaces/{name}/finalize", {**each, "spec": {"finalizers": []}})


@pytest.fixture
def world(api, tmp_path):
    """An API server with Velero's kinds, and a drill that is signed in as its own service account."""

    def signed_in(token):
        account = tmp_path / token[:12]
        account.mkdir()
        (account / "token").write_text(token)
        (account / "ca.crt").write_text(api.certificate.read_text())
        return Kubernetes(f"https://127.0.0.1:{api.port}", account=account)

    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jobs"}})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "drill-backup", "namespace": "jobs"}}
    api.create(account)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = api.ask("POST", "/api/v1/namespaces/jobs/serviceaccounts/drill-backup/token", request)["status"]["token"]
    made = RealWorld(signed_in(api.token), signed_in(token))
    for manifest in rights():
        api.create(manifest)
    return ready(made)


def run(world):
    evidence = drill(world.asked, world.store, world.ledger)
    return evidence, list(judge_drill(evidence))


def test_a_drill_is_green_and_then_red_on_every_poison_and_leaves_nothing(world):
    evidence, problems = run(world)

    assert problems == []
    assert evidence.counts["configmaps"].restored == evidence.counts["configmaps"].before > 64
    whole = world.backups["velero-daily-1"]
    for poison in POISONS:
        world.backups["velero-daily-1"] = whole
        world.spoil(poison)
        assert run(world)[1], poison
        assert world.leftovers() == []
    assert world.access() == "ReadWrite"


def test_a_location_that_was_left_read_only_is_made_writable(world):
    world.api.ask("PATCH", f"{VELERO}/backupstoragelocations/default", {"spec": {"accessMode": "ReadOnly"}})

    assert any("left read-only" in problem for problem in run(world)[1])
    assert world.access() == "ReadWrite"
    assert run(world)[1] == []


def test_what_an_earlier_drill_left_is_taken_away_and_what_no_drill_made_stays(world):
    world.abandon()
    assert any("left the namespace recovery-drill behind" in problem for problem in run(world)[1])
    assert world.leftovers() == []

    theirs = world.namespace("recovery-drill")
    with pytest.raises(BusyError, match="no restore of a drill made it"):
        run(world)
    assert world.namespace("recovery-drill")["metadata"]["uid"] == theirs["metadata"]["uid"]


def test_what_has_a_name_by_now_is_not_deleted_for_what_had_it(world):
    world.abandon()
    restore, namespace = world.store._ours()

    for place, found in ((f"{VELERO}/restores", restore), ("/api/v1/namespaces", namespace)):
        before = {"metadata": {"uid": "00000000-0000-0000-0000-000000000000"}}
        with pytest.raises(DrillError, match="409"):
            world.store._delete(f"{place}/recovery-drill", {**found, **before})
    assert world.leftovers() == ["recovery-drill", "recovery-drill"]


def test_without_its_rights_it_is_red(world):
    world.api.ask("DELETE", "/apis/rbac.authorization.k8s.io/v1/namespaces/velero/rolebindings/drill-backup")

    assert any("403" in problem and "drill-backup" in problem for problem in run(world)[1])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/namespaces/jobs/secrets"),
        ("GET", "/api/v1/namespaces/jobs/configmaps"),
        ("DELETE", "/api/v1/namespaces/jobs"),
        ("DELETE", "/api/v1/namespaces/recovery"),
        ("DELETE", f"{VELERO}/backups/velero-daily-1"),
        ("DELETE", f"{VELERO}/backupstoragelocations/default"),
    ],
)
def test_what_it_may_not_is_refused(world, method, path):
    with pytest.raises(DrillError, match="403"):
        world.store._api.ask(method, path)


def test_velero_takes_the_restore_as_it_is_written(api, world):
    from recovery.velero import restore_of

    manifest = json.loads(json.dumps(restore_of("velero-daily-1", world.plan)))
    assert api.create({**manifest, "metadata": {**manifest["metadata"], "name": "tried"}})["spec"] == manifest["spec"]
