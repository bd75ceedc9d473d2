"""What charts bring along: charts within them, by which switch, and whether they do when nothing is said.

Beside :mod:`model.charts`, which says what a chart's own pods request and what is billed. Each was read in the chart's
``Chart.yaml`` at the source that its line names, or is recalled where the line says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Subchart:
    """A chart within another: ``switch`` is a dotted path of its values, ``default`` what holds when it is not said.

    With ``when``, a path, the chart is brought only where the text there has ``word`` in it, or says nothing.
    ``unless`` are switches of other versions of the same chart: where one is said, this one's default is not theirs.
    """

    chart: str
    switch: str
    default: bool = False
    when: str = ""
    word: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Umbrella:
    """A chart that brings others. ``clients`` are keys of its values that only say how to reach a server elsewhere.

    With ``homes``, words of its repository's address, a chart of the same name from elsewhere is another.
    """

    source: str
    homes: tuple[str, ...] = ()
    subcharts: tuple[Subchart, ...] = ()
    clients: tuple[str, ...] = ()


def _brings(*charts: str, on: bool, switch: str = "enabled") -> tuple[Subchart, ...]:
    return tuple(Subchart(chart=chart, switch=f"{chart}.{switch}", default=on) for chart in charts)


def _aliased(chart: str, *names: str, on: bool) -> tuple[Subchart, ...]:
    return tuple(Subchart(chart=chart, switch=f"{name}.enabled", default=on) for name in names)


SUBCHARTS: Final[Mapping[str, Umbrella]] = {
    "airflow": Umbrella(
        source="apache/airflow, chart/values.yaml: executor CeleryExecutor, redis.enabled true",
        subcharts=(Subchart(chart="redis", switch="redis.enabled", default=True, when="executor", word="Celery"),),
        clients=("elasticsearch", "opensearch", "workers", "config"),
    ),
    "appsmith": Umbrella(
        source="appsmithorg/appsmith, deploy/helm (recalled)",
        subcharts=_brings("redis", "mongodb", on=True),
    ),
    "argo-cd": Umbrella(
        source="argoproj/argo-helm, charts/argo-cd/Chart.yaml (redis is of its own templates)",
        subcharts=(*_brings("redis", on=True), *_brings("redis-ha", on=False)),
        clients=("externalRedis",),
    ),
    "camunda-platform": Umbrella(
        source="camunda/camunda-platform-helm, charts/camunda-platform-8.7/Chart.yaml",
        subcharts=_brings("elasticsearch", on=True),
        clients=("global",),
    ),
    "chatwoot": Umbrella(source="chatwoot/charts (recalled)", subcharts=_brings("redis", on=True)),
    "datahub-prerequisites": Umbrella(
        source="acryldata/datahub-helm, charts/prerequisites/Chart.yaml (recalled)",
        subcharts=_brings("elasticsearch", "kafka", on=True),
    ),
    "discourse": Umbrella(
        source="bitnami/charts, bitnami/discourse (recalled)",
        homes=("bitnami", "bitnamicharts"),
        subcharts=_brings("redis", on=True),
    ),
    "erpnext": Umbrella(
        source="frappe/helm, erpnext/Chart.yaml",
        subcharts=(
            *_aliased("redis", "redis-cache", "redis-queue", on=True),
            # Older charts have a third; newer ones ignore its switch.
            *_aliased("redis", "redis-socketio", on=False),
            *_aliased("valkey", "valkey-cache", "valkey-queue", on=False),
            *_aliased("dragonfly", "dragonfly-cache", "dragonfly-queue", on=False),
        ),
    ),
    "gitea": Umbrella(
        source="gitea/helm-gitea, Chart.yaml: valkey-cluster, before version 12 redis-cluster (recalled)",
        subcharts=(
            Subchart(
                chart="valkey-cluster",
                switch="valkey-cluster.enabled",
                default=True,
                unless=("redis-cluster.enabled", "redis.enabled"),
            ),
            *_brings("valkey", "redis", "redis-cluster", on=False),
        ),
    ),
    "gitlab": Umbrella(
        source="gitlab.com/gitlab-org/charts/gitlab, requirements.yaml (recalled)",
        subcharts=_brings("redis", on=True, switch="install"),
        clients=("global",),
    ),
    "graylog": Umbrella(
        source="groundhog2k/helm-charts, charts/graylog/Chart.yaml; KongZ/charts, charts/graylog (recalled): tags",
        subcharts=(
            *_brings("mongodb", "opensearch", on=False),
            Subchart(chart="mongodb", switch="tags.install-mongodb"),
            Subchart(chart="opensearch", switch="tags.install-opensearch"),
        ),
    ),
    "jaeger": Umbrella(
        source="jaegertracing/helm-charts, charts/jaeger/Chart.yaml",
        subcharts=(
            *(
                Subchart(chart=chart, switch=f"provisionDataStore.{chart}")
                for chart in ("elasticsearch", "opensearch", "kafka")
            ),
            *(Subchart(chart=chart, switch=f"tags.{chart}") for chart in ("elasticsearch", "kafka")),
        ),
        clients=("storage",),
    ),
    "langfuse": Umbrella(
        source="langfuse/langfuse-k8s, charts/langfuse/Chart.yaml: valkey by the name of redis",
        subcharts=(Subchart(chart="valkey", switch="redis.deploy", default=True),),
    ),
    "lgtm-distributed": Umbrella(
        source="grafana/helm-charts, charts/lgtm-distributed/Chart.yaml (recalled)",
        subcharts=tuple(
            Subchart(chart=f"{chart}-distributed", switch=f"{chart}.enabled", default=True)
            for chart in ("loki", "tempo")
        ),
    ),
    "librechat": Umbrella(
        source="danny-avila/LibreChat, helm/librechat/Chart.yaml",
        subcharts=(*_brings("mongodb", on=True), *_brings("redis", on=False)),
    ),
    "loki-stack": Umbrella(
        source="grafana/helm-charts, charts/loki-stack/requirements.yaml", subcharts=_brings("loki", on=True)
    ),
    "magento": Umbrella(
        source="bitnami/charts, bitnami/magento (recalled)",
        homes=("bitnami", "bitnamicharts"),
        subcharts=_brings("elasticsearch", on=True),
    ),
    "mastodon": Umbrella(
        source="bitnami/charts, bitnami/mastodon, and mastodon/chart (recalled)",
        subcharts=_brings("redis", "elasticsearch", on=True),
    ),
    "netbox": Umbrella(
        source="netbox-community/netbox-chart, charts/netbox/Chart.yaml: valkey, before version 6 redis (recalled)",
        subcharts=(
            Subchart(chart="valkey", switch="valkey.enabled", default=True, unless=("redis.enabled",)),
            *_brings("redis", on=False),
        ),
        clients=("tasksDatabase", "cachingDatabase"),
    ),
    "nextcloud": Umbrella(
        source="nextcloud/helm, charts/nextcloud/Chart.yaml",
        subcharts=_brings("redis", on=False),
        clients=("externalRedis",),
    ),
    "oauth2-proxy": Umbrella(
        source="bitnami/charts, bitnami/oauth2-proxy (recalled)",
        homes=("bitnami", "bitnamicharts"),
        subcharts=_brings("redis", on=True),
        clients=("externalRedis",),
    ),
    "opentelemetry-demo": Umbrella(
        source="open-telemetry/opentelemetry-helm-charts, charts/opentelemetry-demo/Chart.yaml and values (components)",
        subcharts=(
            *_brings("opensearch", on=True),
            Subchart(chart="kafka", switch="components.kafka.enabled", default=True),
            Subchart(chart="valkey", switch="components.valkey-cart.enabled", default=True),
        ),
    ),
    "parse": Umbrella(
        source="bitnami/charts, bitnami/parse (recalled)",
        homes=("bitnami", "bitnamicharts"),
        subcharts=_brings("mongodb", on=True),
    ),
    "posthog": Umbrella(
        source="PostHog/charts-clickhouse, charts/posthog/Chart.yaml (recalled)",
        subcharts=_brings("redis", "kafka", on=True),
        clients=("externalRedis", "externalKafka"),
    ),
    "redash": Umbrella(
        source="getredash/contrib-helm-chart, Chart.yaml (recalled)",
        subcharts=_brings("redis", on=True),
        clients=("externalRedis",),
    ),
    "rocketchat": Umbrella(
        source="RocketChat/helm-charts, rocketchat/Chart.yaml", subcharts=_brings("mongodb", on=True)
    ),
    "schema-registry": Umbrella(
        source="bitnami/charts, bitnami/schema-registry (recalled)",
        homes=("bitnami", "bitnamicharts"),
        subcharts=_brings("kafka", on=True),
    ),
    "sentry": Umbrella(
        source="sentry-kubernetes/charts, charts/sentry/Chart.yaml",
        subcharts=_brings("redis", "kafka", "zookeeper", on=True),
        clients=("externalRedis", "externalKafka"),
    ),
    **dict.fromkeys(
        ("skywalking", "skywalking-helm"),
        Umbrella(
            source="apache/skywalking-helm, chart/skywalking/Chart.yaml", subcharts=_brings("elasticsearch", on=True)
        ),
    ),
    "stackstorm-ha": Umbrella(
        source="StackStorm/stackstorm-k8s, Chart.yaml (recalled)", subcharts=_brings("mongodb", "redis", on=True)
    ),
    "superset": Umbrella(source="apache/superset, helm/superset/Chart.yaml", subcharts=_brings("redis", on=True)),
    "zammad": Umbrella(
        source="zammad/zammad-helm, zammad/Chart.yaml",
        subcharts=tuple(
            Subchart(chart=chart, switch=f"zammadConfig.{chart}.enabled", default=True)
            for chart in ("elasticsearch", "redis")
        ),
    ),
}
