"""What the kit for search finds, between two clusters that answer from memory."""

import json
from decimal import Decimal
from itertools import islice
from urllib.parse import unquote

import pytest

from migration.verification import search
from migration.verification.readers.search import Cluster, canonical
from migration.verification.stores import Store, StoreError

MAPPINGS = {"properties": {"name": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "at": {"type": "date"}}}
ANALYSIS = {"analyzer": {"korean": {"type": "custom", "tokenizer": "nori_tokenizer"}}}


class Memory(Cluster):
    """A cluster whose answers stand in mappings; pages hold two documents."""

    def __init__(self, side, number, uuid, **version):
        self.side = side
        self.about = {"cluster_uuid": uuid, "version": {"number": number, **version}}
        self.documents, self.plugins, self.failed = {}, ["repository-s3"], 0
        self.indexes, self.others = (
            {},
            {"/_template": {}, "/_index_template": {"index_templates": []}, "/_ingest/pipeline": {}},
        )
        self.scrolls = []

    def close(self):
        assert not self.scrolls, "a scroll was left open"

    def add(self, name, documents, created="7100299", **index):
        settings = {"index": {"version": {"created": created}, "analysis": ANALYSIS, **index}}
        self.indexes[name] = {
            "mappings": json.loads(json.dumps(MAPPINGS)),
            "settings": settings,
            "aliases": {"cars": {}},
        }
        self.documents[name] = documents

    def ask(self, method, path, body=None, *, absent=None):
        path, _, query = unquote(path).partition("?")
        if path == "/_search/scroll":
            if method == "DELETE":
                return self.scrolls.clear()
            return self.page()
        if path.endswith("/_search"):
            assert query == "scroll=5m"
            assert body["sort"] == [{"_id": "asc"}]
            self.scrolls = [iter(sorted(self.documents[path.split("/")[1]].items()))]
            return self.page()
        name = path.split("/")[1]
        answers = {
            "/_nodes/plugins": lambda: {"nodes": {"a": {"plugins": [{"name": each} for each in self.plugins]}}},
            "/_all/_settings": lambda: self.indexes,
            f"/{name}": lambda: {name: self.indexes[name]},
            f"/{name}/_count": lambda: {"count": len(self.documents[name])},
            f"/{name}/_alias": lambda: {name: {"aliases": self.indexes[name]["aliases"]}},
            "/": lambda: self.about,
            **{path: lambda held=held: held for path, held in self.others.items()},
        }
        try:
            return answers[path]()
        except KeyError:
            assert absent is not None
            return absent

    def page(self):
        hits = islice(self.scrolls[0], 2)
        return {
            "_scroll_id": "s",
            "timed_out": False,
            "_shards": {"failed": self.failed},
            "hits": {"hits": [{"_id": name, **source} for name, source in hits]},
        }


def document(**source):
    return {"_source": source}


@pytest.fixture
def stores():
    return search.SearchStores.model_validate(
        {
            "source": {"address": "http://10.0.0.5:9200", "name": "elasticsearch"},
            "target": {"address": "http://127.0.0.1:9200", "name": "alphacar-blue"},
        }
    )


@pytest.fixture
def both(monkeypatch):
    clusters = {
        "source": Memory("source", "7.10.2", "first"),
        "target": Memory("target", "2.19.6", "second", distribution="opensearch"),
    }
    for cluster in clusters.values():
        cluster.add("vehicles", {"1": document(a=1, b=[Decimal("1.5")]), "2": document(a=2), "3": document()})
    clusters["target"].documents["vehicles"]["1"] = document(b=[Decimal("1.50")], a=1)
    monkeypatch.setattr(search, "Cluster", lambda side, _: clusters[side])
    return clusters["source"], clusters["target"]


def compared(stores, settings):
    with search.connect(stores, settings()) as kit:
        return {each.comparison.name: each for each in kit.compare()}


def required(stores, settings):
    with search.connect(stores, settings()) as kit:
        return kit.requirements().differences


def unlike(found):
    return {name for name, each in found.items() if each.comparison.source != each.comparison.target}


def test_equal_indexes_are_equal_whatever_order_their_keys_have(stores, both, settings):
    found = compared(stores, settings)

    assert list(found) == ["counts", "digests", "mappings", "aliases"]
    assert not unlike(found)
    assert found["digests"].comparison.of == found["digests"].comparison.compared == 3


@pytest.mark.parametrize(
    ("change", "wanted", "named"),
    [
        (lambda held: held.update({"2": document(a=3)}), {"digests"}, "vehicles 2 differs"),
        (lambda held: held.update({"2": document(a=Decimal("2.0"))}), {"digests"}, "vehicles 2 differs"),
        (lambda held: held.update({"2": document(a="2")}), {"digests"}, "vehicles 2 differs"),
        (lambda held: held.update({"2": {**document(a=2), "_routing": "x"}}), {"digests"}, "vehicles 2 differs"),
        (lambda held: held.pop("3"), {"counts", "digests"}, "vehicles 3 is missing at the target"),
        (lambda held: held.update({"10": document()}), {"counts", "digests"}, "vehicles 10 is missing at the source"),
    ],
    ids=["value", "float", "text", "routing", "missing", "extra"],
)
def test_a_document_that_differs_is_named_by_its_id(stores, both, settings, change, wanted, named):  # noqa: PLR0917
    change(both[1].documents["vehicles"])

    found = compared(stores, settings)

    assert unlike(found) == wanted
    assert found["digests"].differences == (named,)


@pytest.mark.parametrize(
    ("change", "comparison", "named"),
    [
        (
            lambda index: index["mappings"]["properties"].update(at={"type": "keyword"}),
            "mappings",
            "vehicles at differs",
        ),
        (
            lambda index: index["mappings"]["properties"].update(x={"type": "long"}),
            "mappings",
            "vehicles x is at one side only",
        ),
        (lambda index: index["mappings"].update(dynamic="strict"), "mappings", "vehicles mapping differs"),
        (lambda index: index["settings"]["index"].update(analysis={}), "mappings", "vehicles analysis differs"),
        (lambda index: index["aliases"].update(cars={"filter": {}}), "aliases", "vehicles cars differs"),
    ],
    ids=["type", "field", "dynamic", "analyzer", "filter"],
)
def test_a_mapping_an_analyzer_and_an_alias_are_compared(stores, both, settings, change, comparison, named):  # noqa: PLR0917
    change(both[1].indexes["vehicles"])

    found = compared(stores, settings)

    assert unlike(found) == {comparison}
    assert found[comparison].differences == (named,)


def test_an_index_that_was_not_restored_differs_and_an_empty_source_compares_nothing(stores, both, settings):
    del both[1].indexes["vehicles"], both[1].documents["vehicles"]
    assert unlike(compared(stores, settings)) == {"counts", "digests", "mappings", "aliases"}

    del both[0].indexes["vehicles"], both[0].documents["vehicles"]
    assert compared(stores, settings)["counts"].comparison.of == 0


def test_a_shard_that_does_not_answer_and_a_document_without_source_are_refused(stores, both, settings):
    both[1].failed = 1
    with pytest.raises(StoreError, match=r"^target: vehicles: 1 shards did not answer"):
        compared(stores, settings)

    both[1].failed = 0
    both[0].documents["vehicles"]["1"] = {}
    with pytest.raises(StoreError, match=r"^source: vehicles keeps no _source"):
        compared(stores, settings)


def test_a_source_that_fits_stops_nothing(stores, both, settings):
    both[0].plugins = ["analysis-nori", "repository-s3"]
    both[1].plugins = ["analysis-nori"]
    both[0].others["/_template"] = {".monitoring": {}, "logs": {}}
    both[0].indexes[".kibana"] = both[0].indexes["vehicles"]

    assert required(stores, settings) == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda source: source.about["version"].update(number="7.11.0"), "Elasticsearch 7.11.0: OpenSearch 2 restores"),
        (lambda source: source.about["version"].update(number="8.4.3"), "Elasticsearch 8.4.3: OpenSearch 2 restores"),
        (lambda source: source.plugins.append("analysis-nori"), "plugin analysis-nori: the target has not"),
        (lambda source: source.others.update({"/_template": {"cars": {}}}), "legacy template cars: is not carried"),
        (lambda source: source.others.update({"/_ingest/pipeline": {"clean": {}}}), "pipeline clean: is not carried"),
        (
            lambda source: source.others["/_index_template"]["index_templates"].append(
                {"name": "t", "index_template": {}}
            ),
            "template t: is not carried",
        ),
        (
            lambda source: source.add("vehicles", {}, created="6082399"),
            "index vehicles made by 7: was made by version 6",
        ),
        (lambda source: source.add("vehicles", {}, lifecycle={"name": "x"}), "index vehicles settings: settings that"),
        (
            lambda source: source.indexes["vehicles"]["mappings"]["properties"].update(x={"type": "flattened"}),
            "index vehicles types: field types that OpenSearch has not: flattened",
        ),
        (
            lambda source: source.indexes["vehicles"]["mappings"].update(_source={"enabled": False}),
            "index vehicles _source: keeps none",
        ),
        (lambda source: source.add("orders", {}), "index orders: stands neither in indexes nor in leftBehind"),
    ],
)
def test_what_the_target_cannot_take_or_has_not_yet_stops_the_precheck(stores, both, settings, change, named):
    change(both[0])

    (found,) = required(stores, settings)
    assert found.startswith(named)


def test_who_answers_is_told(stores, both, settings):
    with search.connect(stores, settings()) as kit:
        assert [(side.system, side.identity, side.stand_in) for side in kit.sides] == [
            ("Elasticsearch", "first", False),
            ("OpenSearch", "second", True),
        ]


def test_canonical_text_keeps_a_number_apart_from_another_kind_of_it():
    assert canonical({"b": 1, "a": Decimal("1.50")}) == canonical({"a": Decimal("1.5"), "b": 1})
    assert len({canonical(each) for each in (1, Decimal("1.0"), "1", True, [1], None)}) == 6


@pytest.mark.parametrize(
    ("side", "problem"),
    [
        ({"address": "redis://h:1", "name": "x"}, "^target: redis:// is refused; allowed are http, https"),
        ({"address": "https://h:1", "name": "x", "caFile": "/no.pem"}, r"^target: caFile /no\.pem is no file"),
        ({"address": "http://d.es.amazonaws.com", "name": "x"}, "^target: http:// is refused; a domain"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(side, problem):
    with pytest.raises(StoreError, match=problem):
        Cluster("target", Store.model_validate(side))
