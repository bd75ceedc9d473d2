"""Sealed Secrets to Secrets Manager: unsealed with the controller's key and put straight in, without a file."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_KUBESEAL: Final = "https://github.com/bitnami-labs/sealed-secrets#can-i-decrypt-my-secrets-offline-with-a-backup-key"
_SECRET: Final = "alphacar/$ENVIRONMENT/$SECRET"  # noqa: S105 - a path
_SYNCED: Final = command(
    "https://external-secrets.io/latest/api/externalsecret/",
    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "$NAMESPACE", "wait", "--for=condition=Ready"),
    *("externalsecret/$SECRET", "--timeout=5m"),
    not_run=steps.NO_ACCOUNT,
)
_CURRENT: Final = pipe(
    f"{steps.AWS}secretsmanager/describe-secret.html",
    ("aws", "secretsmanager", "describe-secret", "--secret-id", _SECRET, "--output", "json"),
    ("jq", "--exit-status", '[.VersionIdsToStages[]?[]] | index("AWSCURRENT") != null'),
    not_run=steps.NO_ACCOUNT,
)

MOVE: Final = Move(
    capability="secrets",
    title="Sealed Secrets to AWS Secrets Manager",
    summary=(
        "Once for each SECRET. The value goes from the sealed file through a pipe into Secrets Manager: no file, no "
        "argument, no screen. Before migration.seed draws anything: what it drew is a value, and stays. Rehearsed with "
        "kubeseal 0.40 and moto: a wrong key ends with 1, and a second run comes to the same."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        Parameter(name="SECRET", meaning="an entry of the inventory", found_by="landing:secrets.inventory"),
        Parameter(name="NAMESPACE", meaning="its namespace in EKS", found_by="landing:secrets.inventory"),
        Parameter(
            name="NEW_VERSION",
            meaning="the version that was put",
            found_by="aws secretsmanager list-secret-version-ids",
        ),
        Parameter(
            name="OLD_VERSION", meaning="the one before it", found_by="aws secretsmanager list-secret-version-ids"
        ),
    ),
    steps=(
        Step(
            name="read-keys",
            kind="precheck",
            title="The controller's keys are in a mounted file, and the entry exists without a value",
            owner="secops",
            minutes=15,
            run=(
                command(
                    "https://www.gnu.org/software/coreutils/manual/html_node/test-invocation.html",
                    *("test", "-s", "/move/sealing-keys.yaml"),
                ),
            ),
            verify=(
                pipe(
                    f"{steps.AWS}secretsmanager/describe-secret.html",
                    ("aws", "secretsmanager", "describe-secret", "--secret-id", _SECRET, "--output", "json"),
                    ("jq", "--exit-status", "(.VersionIdsToStages // {}) | length == 0"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("secrets"),
        Step(
            name="put-value",
            kind="copy",
            title="Unseal, and put the value in",
            owner="secops",
            minutes=15,
            place="cluster",
            run=(
                pipe(
                    _KUBESEAL,
                    (
                        *("kubeseal", "--recovery-unseal", "--recovery-private-key", "/move/sealing-keys.yaml"),
                        *("--secret-file", "/data/sealed.yaml", "--format", "json"),
                    ),
                    ("jq", "--compact-output", "--exit-status", ".data | map_values(@base64d)"),
                    (
                        *("aws", "secretsmanager", "put-secret-value", "--secret-id", _SECRET),
                        *("--secret-string", "file:///dev/stdin"),
                    ),
                    not_run="kubeseal and Secrets Manager of moto were run; the account's own was not",
                ),
            ),
            verify=(_CURRENT,),
            undo=(
                command(
                    f"{steps.AWS}secretsmanager/update-secret-version-stage.html",
                    *("aws", "secretsmanager", "update-secret-version-stage", "--secret-id", _SECRET),
                    *("--version-stage", "AWSCURRENT", "--remove-from-version-id", "$NEW_VERSION"),
                    *("--move-to-version-id", "$OLD_VERSION"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare SHA-256 over canonical JSON of both sides, and that the version is the current one",
            owner="secops",
            minutes=15,
            run=(steps.compare("secrets"),),
            verify=(steps.compare("secrets", "verify"), _CURRENT),
            undo=NothingWritten(),
        ),
        Step(
            name="keep-owned-secret",
            kind="cut-over",
            title="Let the old controller leave the Secret alone, then mirror it from Secrets Manager",
            owner="secops",
            minutes=30,
            run=(
                command(
                    f"{steps.KUBECTL}kubectl_annotate/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "annotate"),
                    *(
                        "secret/$SECRET",
                        "sealedsecrets.bitnami.com/skip-set-owner-references=true",
                        "--overwrite",
                    ),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(_SYNCED, steps.compare("secrets", "cut-over")),
            undo=(
                command(
                    f"{steps.KUBECTL}kubectl_annotate/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "annotate"),
                    *("secret/$SECRET", "sealedsecrets.bitnami.com/skip-set-owner-references-"),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Two weeks of mirrors that stay ready",
            owner="secops",
            minutes=15,
            run=(steps.compare("secrets", "soak"),),
            verify=(_SYNCED,),
            undo=NothingWritten(),
        ),
        Step(
            name="remove-controller",
            kind="decommission",
            title="Remove the controller; its keys go with what they unseal",
            owner="secops",
            minutes=30,
            run=(
                command(
                    f"{steps.KUBECTL}kubectl_delete/",
                    *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$SOURCE_NAMESPACE", "delete"),
                    *("deployment,service", "--selector", "app.kubernetes.io/name=sealed-secrets"),
                    not_run=steps.NO_CLUSTER,
                ),
            ),
            verify=(
                steps.absent(
                    *("$SOURCE_CONTEXT", "$SOURCE_NAMESPACE", "deployments", "app.kubernetes.io/name=sealed-secrets"),
                    steps.NO_CLUSTER,
                ),
                *steps.gone("secrets"),
            ),
            undo=NoReturn(why="sealed files in Git cannot be read again without the keys"),
        ),
    ),
    roll_back=Step(
        name="seal-again",
        kind="roll-back",
        title="Seal the value again with the controller's certificate, which must still exist",
        owner="secops",
        minutes=30,
        run=(
            pipe(
                "https://github.com/bitnami-labs/sealed-secrets#usage",
                (
                    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "$NAMESPACE", "get", "secret"),
                    *("$SECRET", "--output", "json"),
                ),
                (
                    "kubeseal",
                    "--cert",
                    "/data/certificate.pem",
                    "--format",
                    "yaml",
                    "--sealed-secret-file",
                    "/data/back.yaml",
                ),
                not_run=steps.NO_ACCOUNT,
            ),
        ),
        verify=(
            pipe(
                "https://github.com/bitnami-labs/sealed-secrets#usage",
                ("grep", "--fixed-strings", "encryptedData:", "/data/back.yaml"),
            ),
        ),
        undo=NoReturn(why="a sealed file more changes nothing until it is applied"),
    ),
    limits=(
        "External Secrets with creationPolicy Owner overwrites a Secret of the same name: compare first.",
        "A SealedSecret cannot be made from Secrets Manager without the controller's certificate.",
    ),
)
