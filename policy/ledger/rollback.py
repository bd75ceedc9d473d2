"""How each decision is undone in the stack: what leaves a phase keeps its data until somebody has moved it back.

How it is carried back is a step of its move (``migration/moves/``), and stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stacks.section import Capability

REVERSALS: Final[Mapping[Capability, str]] = {
    "documents": (
        "Point DOCUMENTS_URI back; retryWrites may be true again. Then take phase 2 out of landing:phases: protect "
        "and deletionProtection come off in a change of their own, and the final snapshot stays."
    ),
    "cache": ("Point CACHE_URI back, then take phase 2 out of landing:phases; the final snapshot stays."),
    "search": ("Point SEARCH_URL back, then take phase 2 out of landing:phases; snapshots stay in their bucket."),
    "workflow": (
        "Take phase 3 out of landing:phases. Runs and logs of Airflow stay in its database's snapshot and bucket."
    ),
    "registry": (
        "Change the images' registry in the manifests, then take phase 1 (and 3, which needs it) out of "
        "landing:phases; repositories are protected and keep their images until that is taken off."
    ),
    "secrets": ("Take phases 1 and 3 out of landing:phases; deleted secrets can be restored for 30 days in prod."),
    "agent": ("Choose Tempo first, because X-Ray goes with the agent; then take phase 1 out of landing:phases."),
    "metrics": (
        "The verdict is to keep. To move to the managed service, change the row in policy/ledger/rows.py: it is "
        "refused until then. Series can be written to both by remote write while the two are compared."
    ),
    "dashboards": (
        "The verdict is to keep. To move to the managed service, change the row in policy/ledger/rows.py: it is "
        "refused until then. Dashboards are files in observability/ and load into either."
    ),
    "logs": (
        "A measurement on the other side of the line, in two windows in a row, turns the choice by itself. Logs "
        "are not moved: the old store is read until its retention has passed, then deleted."
    ),
    "traces": (
        "A measurement on the other side of the line, in two windows in a row, or a recorded need to customise, "
        "turns the choice by itself. Applications speak OTLP to one address either way; old traces are not moved."
    ),
    "mesh": (
        "Record the need with owner and day in landing:needs.meshFeatures; Istio is then built, and namespaces "
        "join by a label. To leave it, take the labels off first, then record that it is not needed."
    ),
    "admission": (
        "The verdict is to keep. To try a rule without refusing anything set landing:admission.action to Audit, "
        "in prod behind a waiver of admission-denies-in-prod; another controller needs a change of the row in "
        "policy/ledger/rows.py."
    ),
    "volumes": (
        "Make the old storage class the default, and take phase 4 out of landing:phases once everything is restored. "
        "Volumes of EBS are kept or deleted by their claims' reclaim policy."
    ),
    "backup": (
        "Set the old store as Velero's default location and let one schedule run there before phase 4 leaves "
        "landing:phases. Backups in S3 stay until their lock and retention have passed."
    ),
    "platform": (
        "Everything else runs on it: it is left last, row by row. The cluster, its key and its buckets are "
        "protected; take that off in a change of its own, and keep the key for as long as anything encrypted by "
        "it is kept."
    ),
}
