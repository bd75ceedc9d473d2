"""What the table of stack files has on record is what the CLI makes of them, and what it hands to a program."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stacks.test_documents import TABLE

pytestmark = pytest.mark.engine
#: Leaves what it was configured with beside it.
PROGRAM = """
import os
from pathlib import Path

(Path(__file__).parent / "configuration").write_text(os.environ["PULUMI_CONFIG"])
"""
BEFORE, AFTER = "config:\n  x:a: ", "\n"


def test_the_cli_reads_every_document_as_the_table_says(program, tmp_path):
    deployment = program(PROGRAM)

    def read(place):
        file = tmp_path / f"{place}.yaml"
        file.write_bytes(TABLE[place]["document"].encode())
        told = deployment.cli("config", "--json", "--show-secrets", "--config-file", str(file))
        return None if told.returncode else {key: item["value"] for key, item in json.loads(told.stdout).items()}

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(read, range(len(TABLE))))

    wrong = [
        (row["document"], row["engine"], each) for row, each in zip(TABLE, found, strict=True) if row["engine"] != each
    ]
    assert wrong == []


def test_a_program_is_handed_what_the_cli_prints(program):
    deployment = program(PROGRAM)
    lines, handed = [], {}
    for place, row in enumerate(TABLE):
        value = row["document"].removeprefix(BEFORE).removesuffix(AFTER)
        # Whatever is a line by itself, and names nothing elsewhere.
        if row["engine"] is not None and row["document"] == f"{BEFORE}{value}{AFTER}" and value.isprintable():
            lines.append(f"  x:v{place}: {value}\n")
            handed[f"x:v{place}"] = row["engine"]["x:a"]
    (deployment.folder / "Pulumi.dev.yaml").write_text("".join(["config:\n", *lines]), encoding="utf-8")

    run = deployment.preview()

    assert run.succeeded, run.complaints
    assert len(handed) > 200
    assert json.loads((deployment.folder / "configuration").read_text()) == handed
