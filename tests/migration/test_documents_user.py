from pathlib import Path

from components.documents import DATABASE

SCRIPT = (Path(__file__).parents[2] / "migration" / "documents_user.js").read_text()


def test_the_user_writes_the_one_database_that_the_crawl_and_applications_use():
    assert f'roles: [{{role: "readWrite", db: "{DATABASE}"}}]' in SCRIPT


def test_nothing_that_it_reads_is_printed():
    printed = [line for line in SCRIPT.splitlines() if "print(" in line]

    assert printed == ['print("the user exists");']
