"""The file of both sides: what it refuses, and that no secret of it is ever said."""

import json

import pytest

from migration.verification.stores import Store, StoreError, Stores, read_stores

SIDE = "{address: 'https://search.data.svc:9200', name: search}"


def read(tmp_path, text):
    path = tmp_path / "stores.yaml"
    path.write_text(text)
    return read_stores(path, Stores)


def test_both_sides_are_read(tmp_path):
    found = read(tmp_path, f"source: {SIDE}\ntarget: {SIDE}")

    assert (found.source.host, found.target.name) == ("search.data.svc:9200", "search")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"source: {SIDE}", "target: is missing"),
        (
            f"source: {SIDE}\ntarget: {SIDE[:-1]}, passwordfile: x}}",
            "passwordfile: unknown key; did you mean passwordFile?",
        ),
        (
            f"source: {SIDE}\ntarget: {{address: host, name: x}}",
            "target.address: is no address; allowed is one such as",
        ),
        (f"source: {SIDE}\ntarget: {{address: 'redis://:hunter2@host', name: x}}", "target.address: holds a password"),
        (f"source: {SIDE}\ntarget: {{address: 1, name: x}}", "target.address: input should be a valid string"),
        ("source: [", "is not YAML"),
        ("&a [*a]", "holds itself"),
        ("2026-01-01: x", "line 1: 2026-01-01 is an unquoted date"),
        (f"source: {SIDE}\ntarget: {{address: 'redis://host:99999', name: x}}", "target.address: is no address"),
        ("", "the whole: input should be"),
        ("- 1", "the whole: input should be"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key_and_never_the_value(tmp_path, text, says):
    with pytest.raises(StoreError) as refused:
        read(tmp_path, text)

    assert says in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"nowhere.yaml: cannot be read \(No such file or directory\)"):
        read_stores(tmp_path / "nowhere.yaml", Stores)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"\xff", "it is not text in UTF-8"), (None, "No such file or directory")],
)
def test_a_password_file_that_holds_none_is_named(tmp_path, content, says):
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    store = Store.model_validate({"address": "redis://host", "name": "cache", "passwordFile": str(path)})

    with pytest.raises(StoreError, match=says):
        store.password()


def test_a_password_is_the_file_s_text_without_its_end_of_line(tmp_path):
    (tmp_path / "password").write_text(" a b \n")
    store = Store.model_validate(
        {"address": "redis://host", "name": "cache", "passwordFile": str(tmp_path / "password")}
    )

    assert store.password() == " a b "


@pytest.mark.parametrize(
    ("address", "is_aws"),
    [
        ("mongodb://documents.cluster-x.ap-northeast-2.docdb.amazonaws.com:27017", True),
        ("https://search-x.ap-northeast-2.es.amazonaws.com", True),
        ("rediss://master.alphacar-cache.x.apn2.cache.amazonaws.com:6379", True),
        ("https://111122223333.dkr.ecr.ap-northeast-2.amazonaws.com", True),
        ("https://secretsmanager.ap-northeast-2.amazonaws.com", True),
        ("https://vpce-0a1b-2c3d.logs.ap-northeast-2.vpce.amazonaws.com", True),
        ("https://xray.ap-northeast-2.api.aws", True),
        ("https://0A1B.gr7.ap-northeast-2.eks.amazonaws.com", True),
        # Anybody may have one of these.
        ("https://ec2-3-4-5-6.ap-northeast-2.compute.amazonaws.com:9200", False),
        ("https://x-1.ap-northeast-2.elb.amazonaws.com", False),
        ("http://x.s3-website.ap-northeast-2.amazonaws.com", False),
        ("https://x.lambda-url.ap-northeast-2.on.aws", False),
        ("https://vpce-0a-1b.vpce-svc-2c.ap-northeast-2.vpce.amazonaws.com", False),
        ("https://es.amazonaws.com.example.org", False),
        ("https://amazonaws.com.example.org", False),
        ("https://notamazonaws.com", False),
        ("https://127.0.0.1:9200", False),
    ],
)
def test_a_target_elsewhere_than_at_aws_stands_in_for_one(address, is_aws):
    assert Store.model_validate({"address": address, "name": "x"}).is_aws is is_aws


def test_the_source_is_not_in_aws(tmp_path):
    file = tmp_path / "stores.yaml"
    side = {"address": "https://vpc-x.ap-northeast-2.es.amazonaws.com", "name": "x"}
    file.write_text(json.dumps({"source": side, "target": side}))

    with pytest.raises(
        StoreError, match=r"source\.address: vpc-x.* is an endpoint of AWS; what is left runs on premises"
    ):
        read_stores(file, Stores)
