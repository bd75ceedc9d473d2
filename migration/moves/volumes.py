"""Longhorn to EBS, and backups to S3: a file-system backup by Velero, restored into another storage class."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_BACKUP: Final = "https://velero.io/docs/v1.18/file-system-backup/"
_RESTORE: Final = "https://velero.io/docs/v1.18/restore-reference/"
_UNINSTALL: Final = "https://longhorn.io/docs/1.9.1/deploy/uninstall/"
_NO_VELERO: Final = "Velero's CLI was not to be had; the restore action that maps classes was run as a library"
_RESTORED: Final = pipe(
    _RESTORE,
    (
        *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "velero", "get", "restore", "$BACKUP-restore"),
        *("--output", "json"),
    ),
    ("jq", "--exit-status", '.status.phase == "Completed" and ((.status.errors // 0) == 0)'),
    not_run=_NO_VELERO,
)
_REMOVE_RESTORED: Final = command(
    f"{steps.KUBECTL}kubectl_delete/",
    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "$NAMESPACE", "delete", "persistentvolumeclaims"),
    *("--selector", "velero.io/restore-name=$BACKUP-restore"),
    not_run=steps.NO_ACCOUNT,
)
_NODE_AGENT: Final = command(
    f"{steps.KUBECTL}kubectl_rollout/kubectl_rollout_status/",
    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "velero", "rollout", "status", "daemonset/node-agent"),
    "--timeout=10m",
    not_run=steps.NO_ACCOUNT,
)

#: It deletes the volumes of whoever still uses one.
_UNUSED: Final = pipe(
    f"{steps.KUBECTL}kubectl_get/",
    ("kubectl", "--context", "$SOURCE_CONTEXT", "get", "persistentvolumes", "--output", "json"),
    (
        *("jq", "--exit-status"),
        '[.items[] | select(.spec.csi.driver == "driver.longhorn.io" and .status.phase == "Bound")] | length == 0',
    ),
    not_run=steps.NO_CLUSTER,
)
_EACH_COPIED: Final = '[.items[] | select(.status.phase == "Completed")] | length >= $claims'

MOVE: Final = Move(
    capability="volumes",
    title="Longhorn to Amazon EBS, and backups to Amazon S3",
    summary=(
        "Once for each NAMESPACE with claims. Velero copies files, not disks, into the bucket and restores them into "
        "claims of class gp3. Its node agent must run on both sides for as long as the move takes; the ConfigMap that "
        "maps classes must name every class."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        steps.WRITER_NAMESPACE,
        steps.WRITERS,
        steps.WRITER_REPLICAS,
        Parameter(
            name="NAMESPACE", meaning="a namespace with claims", found_by="kubectl get persistentvolumeclaims -A"
        ),
        Parameter(
            name="CLAIMS",
            meaning="how many claims the namespace has",
            found_by="kubectl get persistentvolumeclaims -n $NAMESPACE",
        ),
        Parameter(name="BACKUP", meaning="a name for the backup", found_by="you choose it"),
    ),
    steps=(
        Step(
            name="refuse-shared-claims",
            kind="precheck",
            title="Refuse claims that many nodes write: the map makes gp3 of them without a word, and EBS has one node",
            owner="platform",
            minutes=30,
            run=(
                command(
                    f"{steps.KUBECTL}kubectl_get/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$NAMESPACE", "get"),
                    *("persistentvolumeclaims", "--output", "wide"),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                pipe(
                    f"{steps.KUBECTL}kubectl_get/",
                    (
                        *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$NAMESPACE", "get"),
                        *("persistentvolumeclaims", "--output", "json"),
                    ),
                    (
                        "jq",
                        "--exit-status",
                        '(.items | length > 0) and ([.items[].spec.accessModes[]] | index("ReadWriteMany") == null)',
                    ),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            undo=NothingWritten(),
        ),
        Step(
            name="map-classes",
            kind="precheck",
            title="The ConfigMap that maps every class to gp3 is there, and gp3 exists: without it the restore fails",
            owner="platform",
            minutes=15,
            run=(
                command(
                    f"{steps.KUBECTL}kubectl_get/",
                    *("kubectl", "--context", "$TARGET_CONTEXT", "get", "storageclass", "gp3"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
            verify=(
                pipe(
                    f"{_RESTORE}#changing-pvpvc-storage-classes",
                    (
                        *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "velero", "get", "configmap"),
                        *("--selector", "velero.io/change-storage-class=RestoreItemAction", "--output", "json"),
                    ),
                    ("jq", "--exit-status", '.items | length == 1 and all(.data | length > 0 and all(. == "gp3"))'),
                    not_run=_NO_VELERO,
                ),
            ),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("volumes"),
        steps.deployed(
            "start-node-agent",
            "Deploy with the volumes planned in landing:moves: Velero's node agent runs until they are live",
            _NODE_AGENT,
        ),
        Step(
            name="back-up",
            kind="copy",
            title="Hold writes, let a pod mount each claim read-only, and back the namespace up by file",
            owner="platform",
            minutes=120,
            run=(
                *steps.hold_writes(),
                # A volume that no pod mounts is left out, and the backup says Completed all the same.
                command(
                    f"{steps.KUBECTL}kubectl_apply/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$NAMESPACE", "apply"),
                    *("--filename", "/move/holders.yaml"),
                    not_run=steps.NO_CLUSTER,
                ),
                command(
                    f"{steps.KUBECTL}kubectl_wait/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$NAMESPACE", "wait", "pod"),
                    *("--for=condition=Ready", "--selector", "app.kubernetes.io/name=claim-holder", "--timeout=10m"),
                    not_run=steps.NO_CLUSTER,
                ),
                command(
                    _BACKUP,
                    *("velero", "--kubecontext", "$SOURCE_CONTEXT", "backup", "create", "$BACKUP", "--wait"),
                    *("--include-namespaces", "$NAMESPACE", "--default-volumes-to-fs-backup"),
                    not_run=_NO_VELERO,
                ),
            ),
            verify=(
                pipe(
                    _BACKUP,
                    (
                        *(
                            "kubectl",
                            "--context",
                            "$SOURCE_CONTEXT",
                            "--namespace",
                            "velero",
                            "get",
                            "backup",
                            "$BACKUP",
                        ),
                        *("--output", "json"),
                    ),
                    ("jq", "--exit-status", '.status.phase == "Completed" and ((.status.errors // 0) == 0)'),
                    not_run=_NO_VELERO,
                ),
                pipe(
                    _BACKUP,
                    (
                        *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "velero", "get"),
                        *("podvolumebackups", "--selector", "velero.io/backup-name=$BACKUP", "--output", "json"),
                    ),
                    ("jq", "--exit-status", "--argjson", "claims", "$CLAIMS", _EACH_COPIED),
                    not_run=_NO_VELERO,
                ),
            ),
            undo=(
                command(
                    _BACKUP,
                    *("velero", "--kubecontext", "$SOURCE_CONTEXT", "backup", "delete", "$BACKUP", "--confirm"),
                    not_run=_NO_VELERO,
                ),
                *steps.let_write(),
            ),
        ),
        Step(
            name="restore",
            kind="copy",
            title="Restore the namespace into EKS, its claims as gp3",
            owner="platform",
            minutes=120,
            run=(
                command(
                    _RESTORE,
                    *("velero", "--kubecontext", "$TARGET_CONTEXT", "restore", "create", "$BACKUP-restore", "--wait"),
                    *("--from-backup", "$BACKUP", "--existing-resource-policy=none"),
                    not_run=_NO_VELERO,
                ),
            ),
            verify=(_RESTORED,),
            undo=(_REMOVE_RESTORED,),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare every file's checksum, mode and owner",
            owner="platform",
            minutes=60,
            run=(steps.compare("volumes"),),
            verify=(steps.compare("volumes", "verify"),),
            undo=NothingWritten(),
        ),
        Step(
            name="start-workloads",
            kind="cut-over",
            title="Start what uses the volumes in EKS; its first write is the point of no return",
            owner="application",
            minutes=30,
            # Before anything writes to the target.
            run=(steps.compare("volumes", "cut-over"), steps.restart("$NAMESPACE")),
            verify=steps.rolled_out("$NAMESPACE"),
            undo=steps.let_write(),
        ),
        steps.no_alarm("alarms-backup", "volumes"),
        Step(
            name="remove-incumbent",
            kind="decommission",
            title="Remove Longhorn with all its volumes, once no claim of the cluster is one of its",
            owner="platform",
            minutes=60,
            run=(
                _UNUSED,
                # Its uninstaller refuses without it, and what is left hangs on finalizers that nobody serves.
                command(
                    _UNINSTALL,
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "patch"),
                    *("settings.longhorn.io", "deleting-confirmation-flag", "--type=merge"),
                    *("--patch", '{"value": "true"}'),
                    not_run=steps.NO_CLUSTER,
                ),
                command(
                    _UNINSTALL,
                    *("helm", "uninstall", "longhorn", "--kube-context", "$SOURCE_CONTEXT", "--wait"),
                    *("--namespace", "$SOURCE_NAMESPACE", "--timeout", "30m"),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                steps.absent("$SOURCE_CONTEXT", "$SOURCE_NAMESPACE", "pods", "app=longhorn-manager", steps.NO_CLUSTER),
                *steps.gone("volumes"),
            ),
            undo=NoReturn(
                why="every volume of Longhorn's is gone; the last backup by file stays in the bucket until its lock "
                "and retention have passed"
            ),
        ),
    ),
    roll_back=Step(
        name="restore-on-premises",
        kind="roll-back",
        title="Back up in EKS, and restore on premises beside what is there",
        owner="platform",
        minutes=240,
        run=(
            command(
                _BACKUP,
                *("velero", "--kubecontext", "$TARGET_CONTEXT", "backup", "create", "$BACKUP-back", "--wait"),
                *("--include-namespaces", "$NAMESPACE", "--default-volumes-to-fs-backup"),
                not_run=_NO_VELERO,
            ),
            # Into a namespace of its own: nothing that still holds data on premises is written over.
            command(
                _RESTORE,
                *("velero", "--kubecontext", "$SOURCE_CONTEXT", "restore", "create", "$BACKUP-back", "--wait"),
                *("--from-backup", "$BACKUP-back", "--namespace-mappings", "$NAMESPACE:$NAMESPACE-back"),
                not_run=_NO_VELERO,
            ),
        ),
        verify=(steps.compare("volumes"),),
        undo=NoReturn(why="the namespace beside it is removed by hand once somebody has looked at it"),
    ),
    limits=(
        "Only mounted volumes are backed up by file, and no hostPath.",
        "A class that the map does not name is left as it is, and its claim waits for ever.",
        "A volume of EBS lives in one zone.",
    ),
)
