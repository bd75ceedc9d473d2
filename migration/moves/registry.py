"""Harbor to ECR: copied with every architecture, signature and digest, oldest first."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_REGCTL: Final = "https://github.com/regclient/regclient/blob/main/docs/regctl.md"
_CRANE: Final = "https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_validate.md"
_MANIFEST: Final = "https://github.com/google/go-containerregistry/blob/main/cmd/crane/doc/crane_manifest.md"
_FROM: Final = "$HARBOR/alphacar/$IMAGE"
_TO: Final = "$ECR/alphacar/$IMAGE"
_COPY: Final = command(_REGCTL, "regctl", "image", "copy", "--digest-tags", "--referrers", _FROM, _TO)
_SAME: Final = command(_CRANE, "crane", "validate", "--remote", _TO)
_ARM: Final = pipe(
    _MANIFEST,
    ("crane", "manifest", _FROM),
    ("jq", "--exit-status", '[.manifests[]?.platform.architecture] | index("arm64") != null'),
)

MOVE: Final = Move(
    capability="registry",
    title="Harbor to Amazon ECR",
    summary=(
        "Images are copied by digest with all architectures and what refers to them. The guide's way, pull, tag, push, "
        "changes digests and loses every architecture but one's own. Once for each IMAGE, oldest first: the lifecycle "
        "of a repository counts by when an image was pushed."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        Parameter(name="HARBOR", meaning="Harbor's host and port", found_by="the guide: 192.168.0.170:30000"),
        Parameter(name="ECR", meaning="the registry's host", found_by="pulumi stack output repositories"),
        Parameter(name="IMAGE", meaning="repository:tag of one image", found_by="regctl tag ls, oldest first"),
        Parameter(name="REPOSITORY", meaning="the same without its tag", found_by="landing:registry.repositories"),
        Parameter(name="DIGEST", meaning="the image's digest in ECR", found_by="regctl image digest"),
    ),
    steps=(
        Step(
            name="look-for-arm64",
            kind="precheck",
            title="Look for arm64 in the image: nodes are Graviton, and what lacks it must be built again",
            owner="application",
            minutes=15,
            run=(command(_REGCTL, "regctl", "image", "digest", _FROM),),
            verify=(_ARM,),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("registry"),
        Step(
            name="copy-image",
            kind="copy",
            title="Copy the image; a second run copies what is missing",
            owner="platform",
            minutes=30,
            run=(_COPY,),
            verify=(_SAME,),
            undo=(
                command(
                    f"{steps.AWS}ecr/batch-delete-image.html",
                    *("aws", "ecr", "batch-delete-image", "--repository-name", "alphacar/$REPOSITORY"),
                    *("--image-ids", "imageDigest=$DIGEST"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare every digest, architecture and referrer, and read every blob back",
            owner="platform",
            minutes=30,
            run=(steps.compare("registry", "verify"),),
            # Equal digests hide a damaged blob.
            verify=(_SAME,),
            undo=NothingWritten(),
        ),
        Step(
            name="switch-pipelines",
            kind="cut-over",
            title="Let pipelines push to ECR and workloads pull from it, Harbor read-only from then on",
            owner="platform",
            minutes=60,
            run=(
                command(
                    f"{steps.KUBECTL}kubectl_set/kubectl_set_image/",
                    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "alphacar", "set", "image"),
                    *("deployment/$REPOSITORY", f"$REPOSITORY={_TO}"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
            verify=(*steps.rolled_out(), steps.compare("registry", "cut-over")),
            undo=(
                command(
                    f"{steps.KUBECTL}kubectl_rollout/kubectl_rollout_undo/",
                    *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "alphacar", "rollout", "undo"),
                    "deployment/$REPOSITORY",
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Two weeks of deployments from ECR alone; every digest that runs is there",
            owner="platform",
            minutes=30,
            run=(steps.compare("registry"),),
            verify=(steps.compare("registry", "soak"),),
            undo=NothingWritten(),
        ),
        steps.remove_release("registry", "Harbor", "images that were not copied are lost", "app=harbor"),
    ),
    roll_back=Step(
        name="copy-back",
        kind="roll-back",
        title="Copy what was pushed since back to Harbor, and give pipelines its credentials again",
        owner="platform",
        minutes=60,
        run=(command(_REGCTL, "regctl", "image", "copy", "--digest-tags", "--referrers", _TO, _FROM),),
        verify=(command(_CRANE, "crane", "validate", "--remote", _FROM),),
        undo=NoReturn(why="an image more in Harbor is in nobody's way, and a pipeline may use it already"),
    ),
    limits=(
        "crane cp drops referrers, signatures among them.",
        "Tags are immutable in ECR: a tag that was pushed twice in Harbor has its last image.",
        "keepImages counts by push time: with more images than that, copy what runs and the newest.",
    ),
)
