"""Tempo to X-Ray: applications speak OTLP to one address either way; old traces are not moved."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NoReturn, NothingWritten, Parameter, Step, command, pipe

_TEMPO: Final = command(
    "https://grafana.com/docs/tempo/latest/api_docs/#readiness-probe",
    *("curl", "--fail-with-body", "--silent", "--show-error", "http://$TEMPO_HOST:3200/ready"),
    not_run=steps.NO_CLUSTER,
)
_SUMMARIES: Final = pipe(
    f"{steps.AWS}xray/get-trace-summaries.html",
    (
        *("aws", "xray", "get-trace-summaries", "--start-time", "$WINDOW_START", "--end-time", "$WINDOW_END"),
        *("--output", "json"),
    ),
    ("jq", "--exit-status", ".TraceSummaries | length > 0"),
    not_run=steps.NO_ACCOUNT,
)

MOVE: Final = Move(
    capability="traces",
    title="Tempo to AWS X-Ray",
    summary=(
        "Traces are not copied. The receiver sends each span to both for a while, which X-Ray bills by trace; then to "
        "X-Ray alone. Tempo counts spans and X-Ray traces: what is compared are services and how many traces each has."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.SOURCE_NAMESPACE,
        Parameter(name="TEMPO_HOST", meaning="Tempo's address", found_by="kubectl get services -A"),
        Parameter(name="WINDOW_START", meaning="an hour's begin, Unix seconds", found_by="you choose it"),
        Parameter(name="WINDOW_END", meaning="its end; X-Ray answers for six hours at most", found_by="you choose it"),
    ),
    steps=(
        Step(
            name="read-tempo",
            kind="precheck",
            title="Tempo is ready and takes spans",
            owner="platform",
            minutes=15,
            run=(_TEMPO,),
            verify=(_TEMPO,),
            undo=NothingWritten(),
        ),
        steps.prove_requirements("traces"),
        steps.deployed(
            "send-to-both", "Deploy the agent with X-Ray, and let the on-premises receiver send there too", _SUMMARIES
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare services and traces of the same hour",
            owner="platform",
            minutes=60,
            run=(steps.compare("traces"),),
            verify=(steps.compare("traces", "verify"), _SUMMARIES),
            undo=NothingWritten(),
        ),
        Step(
            name="send-to-xray",
            kind="cut-over",
            title="Applications in EKS send to the agent; nothing is sent to Tempo any more",
            owner="application",
            minutes=30,
            # While both sides still run: of a source that has stopped nothing can be compared.
            run=(steps.compare("traces", "cut-over"), steps.deploy()),
            verify=(_SUMMARIES,),
            undo=(steps.deploy(),),
        ),
        Step(
            name="soak",
            kind="soak",
            title="Read old traces in Tempo until its retention has passed",
            owner="platform",
            minutes=15,
            run=(steps.compare("traces", "soak"),),
            verify=(_SUMMARIES,),
            undo=NothingWritten(),
        ),
        steps.remove_release("traces", "Tempo", "its traces are past their retention", "app.kubernetes.io/name=tempo"),
    ),
    roll_back=Step(
        name="send-to-tempo",
        kind="roll-back",
        title="Record the measurement or the need that decides for Tempo, and deploy",
        owner="platform",
        minutes=60,
        run=(steps.deploy(),),
        verify=(_TEMPO,),
        undo=NoReturn(why="traces of the time between are in X-Ray for its thirty days"),
    ),
    limits=("X-Ray SDKs and daemon are in maintenance: applications send OTLP.",),
    after=("agent",),
)
