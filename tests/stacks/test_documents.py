"""A stack file is read as the engine reads it, or refused; what the engine makes of each document is on record."""

import json
from pathlib import Path

import pytest

from stacks.document import read_document
from stacks.engine_keys import holds_secret
from stacks.load import configuration, flat
from stacks.messages import SettingsError

#: Documents, and the configuration that the CLI made of them: ``null`` where it refused one. ``refused`` is what this
#: reader says of a document that means something else to whoever wrote it than to the engine.
TABLE = json.loads((Path(__file__).parent / "documents.json").read_text())["documents"]


def as_read(path, document):
    path.write_bytes(document.encode())
    return {key: flat(value) for key, value in configuration(path, read_document(path)).items()}


def test_every_document_is_read_as_the_engine_reads_it_or_refused(tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    wrong = []
    for row in TABLE:
        try:
            read, told = as_read(path, row["document"]), None
        except SettingsError as error:
            read, told = None, str(error).removeprefix(f"{path}: ")
        expected = None if "refused" in row else row["engine"]
        if read != expected or (told is None) is (expected is None) or row.get("refused", told) != told:
            wrong.append((row["document"], expected, read, told))

    assert wrong == []


def test_the_table_tells_all_three_apart():
    refused = [row for row in TABLE if row["engine"] is None]
    stricter = [row for row in TABLE if "refused" in row]

    assert len(TABLE) > 400
    assert len(refused) > 60
    assert 30 < len(stricter) < 45
    assert not any(row["engine"] is None for row in stricter)


def lists(width, depth):
    lines = [f"  x:a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [f"  x:a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(["config:", *lines, ""])


def merged(count, times):
    keys = ", ".join(f"k{n}: 1" for n in range(count))
    return f"config:\n  x:m: &m {{{keys}}}\n  x:b: {{<<: [{', '.join(['*m'] * times)}]}}\n"


LONG = "k" * 70_000
BOMBS = {
    "lists of lists": lists(9, 9),
    "mappings of mappings": "config:\n  x:a0: &a0 {a: 1}\n"
    + "".join(f"  x:a{n}: &a{n} {{a: *a{n - 1}, b: *a{n - 1}}}\n" for n in range(1, 60)),
    "a long text": f"config:\n  x:a: &a {LONG}\n  x:b: [{', '.join(['*a'] * 5000)}]\n",
    "a long key": f"config:\n  x:a: &a\n    ? {LONG}\n    : 1\n  x:b: [{', '.join(['*a'] * 5000)}]\n",
    "merges": merged(4000, 5000),
}


@pytest.mark.parametrize("document", BOMBS.values(), ids=BOMBS)
def test_what_aliases_repeat_is_refused_before_it_is_made(tmp_path, document, measured):
    with pytest.raises(SettingsError, match=r"line \d+: aliases make more than 200000 characters and values of it$"):
        measured(lambda: as_read(tmp_path / "Pulumi.dev.yaml", document))


@pytest.mark.parametrize("document", [lists(9, 4), merged(100, 50), f"config:\n  x:a: &a {LONG}\n  x:b: *a\n"])
def test_what_aliases_repeat_a_few_times_is_read(tmp_path, document):
    assert as_read(tmp_path / "Pulumi.dev.yaml", document)


def test_a_file_of_any_size_is_refused_by_its_beginning(tmp_path, measured):
    path = tmp_path / "Pulumi.dev.yaml"
    with path.open("w") as stream:
        stream.writelines("# nothing\n" for _ in range(1_000_000))

    with pytest.raises(SettingsError, match=r"has more characters than are allowed: 100000$"):
        measured(lambda: read_document(path))


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ({"secure": "v1:abc"}, True),
        ([{"a": {"secure": "v1:abc"}}], True),
        ({"secure": 5}, False),
        ({"secure": "v1:abc", "b": 1}, False),
    ],
)
def test_a_secure_value_anywhere_makes_all_of_it_a_secret(value, secret):
    assert holds_secret(value) is secret
