"""What leaves a setting: hosts. What never does: passwords, in whatever shape they are written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.inventory.build import build
from migration.inventory.document import render_json
from migration.inventory.endpoints import arguments, mentions
from migration.inventory.methods import UNKNOWN, Running, method
from migration.inventory.picture import draw
from migration.inventory.reading import read_files
from migration.inventory.text import render_text

#: Letters of passwords that people choose and that generators draw, those of URIs among them.
SECRETS = st.text("abXY019!$%&*()_+-=/?#@:.~", min_size=6, max_size=16).map(lambda text: f"Zq9{text}")


def hosts(text, key="URL", **more):
    return {(each.host, each.port, each.scheme) for each in mentions(text, key, **more)}


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("mongodb://u:p@a:27017,b.n.svc:27018/db?replicaSet=rs0", "X", {("a", 27017, "mongodb"), ("b.n.svc", 27018, "mongodb")}),
        ("mongodb+srv://cluster0.example.net/db", "X", {("cluster0.example.net", 0, "mongodb+srv")}),
        ("redis://:p%40ss@cache/0", "X", {("cache", 0, "redis")}),
        ("redis://:p@ss/w?rd#x@cache:6379", "X", {("cache", 6379, "redis")}),
        ("jdbc:mongodb://h/db", "X", {("h", 0, "mongodb")}),
        ("kafka-0.kafka:9092, kafka-1.kafka:9092", "X", {("kafka-0.kafka", 9092, ""), ("kafka-1.kafka", 9092, "")}),
        ("redis", "REDIS_HOST", {("redis", 0, "")}),
        ("redis", "CACHE_KIND", set()),
        ("redis", "REDIS_HOST_PASSWORD", set()),
        ("user:1234@cache:6379", "X", {("cache", 6379, "")}),
        ("http://[::1]:9200", "X", {("", 0, "http")}),
        ("image/path:1234", "X", set()),
    ],
)  # fmt: skip
def test_the_hosts_of_a_setting(text, key, wanted):
    assert {(host, port, scheme) for host, port, scheme in hosts(text, key) if host or scheme} == wanted


def test_the_hosts_of_a_file_and_of_a_command_line():
    file = 'spring.redis.host=redis\n"server": "search",\nhost.password: letmein\nname: redis\nurl(db.n.svc.cluster.local)\n'
    assert hosts(file, "application.properties", document=True) == {
        ("redis", 0, ""),
        ("search", 0, ""),
        ("db.n.svc.cluster.local", 0, ""),
    }

    line = ["redis-cli", "-h", "cache", "-a", "letmein.now", "--uri=mongodb://u:p@m/db", "--password", "letmein.too"]
    assert {(each.host, each.key) for each in arguments(line)} == {("cache", "host"), ("m", "uri")}


@settings(max_examples=60, deadline=None)
@given(SECRETS)
def test_no_planted_secret_survives_in_any_output(tmp_path_factory, secret):
    where = tmp_path_factory.mktemp("planted") / "dump"
    env = {
        "DB_PASSWORD": secret,
        "API_TOKEN": secret,
        "MONGODB_URI": f"mongodb://app:{secret}@mongo:27017/db",
        "REDIS_URL": f"redis://:{secret}@10.0.0.1:6379/0",
        "CACHE_AUTH": f"cache.example:6379,password={secret}",
        "QUERY": f"http://elasticsearch:9200/?apikey={secret.replace('@', '')}",
    }
    container = {
        "name": "c",
        "image": f"https://user:{secret}@registry.example/app:1",
        "env": [{"name": name, "value": value} for name, value in env.items()],
        "args": ["--requirepass", secret, f"--password={secret}", "-a", secret],
    }
    text = f"redis:\n  host: redis\n  password: {secret}\nuri: mongodb://a:{secret}@m.n.svc:27017/x\n"
    template = {
        "metadata": {"annotations": {"token": secret}},
        "spec": {"containers": [container], "volumes": [{"configMap": {"name": "c"}}]},
    }
    objects = [
        ("v1", "Secret", {"data": {"password": secret}, "stringData": {"other": secret}}),
        ("bitnami.com/v1alpha1", "SealedSecret", {"spec": {"encryptedData": {"password": secret}}}),
        ("v1", "ConfigMap", {"data": {"app.yaml": text}, "binaryData": {"x": secret}}),
        ("apps/v1", "Deployment", {"spec": {"template": template}}),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"spec": {"chart": {"spec": {"chart": "redis"}}, "values": {"auth": {"password": secret}}}}),
    ]  # fmt: skip
    metadata = {
        "name": "c",
        "namespace": "n",
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": secret},
    }
    where.write_text(
        "\n".join(
            json.dumps({"apiVersion": version, "kind": kind, "metadata": metadata, **more})
            for version, kind, more in objects
        )
    )

    read = read_files([str(where)])
    inventory = build(read)

    deployment = next(item for item in inventory.items if item.kind == "Deployment")
    assert {"documents", "cache", "search"} <= {use.capability for use in deployment.uses}
    for written in (render_text(inventory, width=10_000), render_json(inventory), draw(inventory)):
        assert secret not in written
        assert "zq9" not in written.lower()
    # Nor is it held: what is kept of the whole input does not have it.
    assert "zq9" not in repr(read).lower()


@pytest.mark.parametrize(
    ("capability", "product", "version", "replicas", "begins"),
    [
        ("documents", "mongo", "4.0.28", 3, "upgrade to 4.2"),
        ("documents", "mongo", "4.2", 1, "mongodump and mongorestore while"),
        ("documents", "mongo", "8.0.4", 3, "mongodump and mongorestore; DMS"),
        ("documents", "mongo", "4", 3, UNKNOWN),
        ("documents", "mongo", "", 3, UNKNOWN),
        ("cache", "redis", "7.2.5", 1, "let the application fill it again, or seed"),
        ("cache", "redis", "7.4.0", 1, "let the application fill it again, or copy key"),
        ("cache", "redis", "8.0.1", 1, "let the application fill it again, or copy key"),
        # The tag 7 has been 7.0, 7.2 and 7.4.
        ("cache", "redis", "7", 1, UNKNOWN),
        ("cache", "valkey", "8.1", 1, "let the application fill it again, or seed"),
        ("cache", "keydb", "6.3.4", 1, "let the application fill it again"),
        ("search", "elasticsearch", "6.8.23", 1, "Migration Assistant"),
        ("search", "elasticsearch", "7.0.0", 1, "snapshot and restore"),
        ("search", "elasticsearch", "7.10.2", 1, "snapshot and restore"),
        ("search", "elasticsearch", "7.11.0", 1, "Migration Assistant"),
        ("search", "elasticsearch", "8.15.0", 1, "Migration Assistant"),
        ("search", "elasticsearch", "9.0.0", 1, "write the indices anew"),
        ("search", "elasticsearch", "7", 1, UNKNOWN),
        ("search", "opensearch", "2.11.0", 1, "snapshot and restore"),
        ("search", "opensearch", "3.1.0", 1, "snapshot and restore, into"),
        ("registry", "harbor-core", "1.10.0", 1, "copy by digest, oldest push first (regctl, crane); upgrade"),
        ("registry", "harbor-core", "2.7.4", 1, "copy by digest, oldest push first (regctl, crane); charts"),
        ("registry", "harbor-core", "2.11.0", 1, "copy by digest, oldest push first (regctl, crane)"),
        ("backup", "velero", "1.9.5", 1, "upgrade to 1.10"),
        ("backup", "velero", "1.13.0", 1, "stays, with S3"),
        ("workflow", "kafka", "3.7.0", 1, "stop producers"),
        ("metrics", "prometheus", "2.51.0", 1, "stays"),
    ],
)  # fmt: skip
def test_a_version_chooses_its_method(capability, product, version, replicas, begins):
    assert method(capability, Running(product, version, replicas)).name.startswith(begins)
