"""alphacar's physical names, and where resources stood before they moved: what a deployed stack must keep.

A name that is not here is its component's default. Changing one replaces what carries it.
"""

from __future__ import annotations

from typing import Final

import pulumi

from components.arguments import AccountRegion

CLUSTER: Final = "alphacar-eks"
KEY_ALIAS: Final = "alphacar-data"
TRAIL: Final = "alphacar-audit"
ANALYZER: Final = "alphacar"
DOCUMENTS: Final = "alphacar-docdb"
#: The guide's ``admin`` is a name that DocumentDB keeps for itself.
DOCUMENTS_MASTER: Final = "alphacarmaster"
#: What applications read and the crawl writes.
DOCUMENTS_DATABASE: Final = "alphacar"
CACHE: Final = "alphacar-cache"
CACHE_USER: Final = "alphacar-app"
SEARCH: Final = "alphacar-search"
#: Where snapshots are taken from: a pod there may become the domains' administrator.
SEARCH_SNAPSHOTS: Final = "search-snapshots"
SEARCH_LOG_POLICY: Final = "alphacar-opensearch"
WORKFLOW_DATABASE: Final = "alphacar-workflow"
#: The master user, and the database that it and Airflow's own user sign in to.
AIRFLOW: Final = "airflow"
#: Vaults and plans, with the store that each keeps behind it.
VAULTS: Final = "alphacar"
DRILL_SECRET: Final = "drill-canaries"  # noqa: S105 - a name
RESTORE_TESTS: Final = "alphacar_stores"
REPOSITORIES: Final = "alphacar"
SECRET_STORE: Final = "aws-secrets-manager"  # noqa: S105 - a name
#: A namespace's role that reads its secrets is called like this and the namespace.
SECRET_READERS: Final = "alphacar-secrets"  # noqa: S105 - a name
INGRESS_GROUP: Final = "alphacar"
STORAGE_CLASS: Final = "gp3"
SNAPSHOT_TAG: Final = "alphacar.io/snapshot"
GROUP_LABEL: Final = "alphacar.io/group"
RULES: Final = "alphacar"
#: ConfigMaps of dashboards begin with it, and Grafana finds them by the chart's own label.
DASHBOARDS: Final = "dashboard"
#: Where Grafana answers inside the cluster: its chart's Service, in the namespace of metrics.
GRAFANA: Final = "http://grafana.monitoring"
FAULTS: Final = "alphacar-faults"
LOG_GROUP: Final = f"/alphacar/{CLUSTER}/pods"
BUDGETS: Final = "alphacar"
SPEND_TOPIC: Final = "alphacar-spend"
ANOMALIES: Final = "alphacar-anomalies"
ANOMALY_MONITOR: Final = "alphacar-services"
EMAIL_DOMAIN: Final = "alphacar.example"


def bucket(place: AccountRegion, what: str) -> str:
    """A bucket of this account."""
    return f"alphacar-{place.account_id}-{what}"


def secrets_path(environment: str) -> str:
    """Below which an environment's secrets are, by namespace and name."""
    return f"alphacar/{environment}"


def identity_provider(place: AccountRegion, issuer: str) -> str:
    """What the bootstrap made of an ``issuer`` in this account."""
    return f"arn:aws:iam::{place.account_id}:oidc-provider/{issuer.removeprefix('https://')}"


def moved_from(type_: str, name: str) -> pulumi.ResourceOptions:
    """Options of a component whose children stood in another one before: the engine knows them again by its URN.

    Without it a deployed stack would make them anew beside the old ones, of which an account has room for one.
    """
    old_parent = pulumi.create_urn(name, type_)

    def remember(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not isinstance(args.resource, pulumi.CustomResource):
            return None
        alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=old_parent)])
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, alias))

    return pulumi.ResourceOptions(transformations=[remember])
