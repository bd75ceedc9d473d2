"""The DAG says what the guide says, in Airflow 3's words. Airflow is not installed here: the file is read, not run."""

import ast
from pathlib import Path

FILE = Path(__file__).parents[2] / "migration" / "dags" / "danawa_crawler.py"
TEXT = FILE.read_text()
TREE = ast.parse(TEXT)


def keywords(name):
    """The keyword arguments of the first call of ``name``, as source."""
    call = next(node for node in ast.walk(TREE) if isinstance(node, ast.Call) and ast.unparse(node.func) == name)
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}


def test_it_runs_on_sunday_at_two_in_seoul():
    assert keywords("DAG")["schedule"] == "CronTriggerTimetable('0 2 * * SUN', timezone=ZONE)"
    assert 'ZONE = "Asia/Seoul"' in TEXT
    assert "schedule_interval" not in TEXT


def test_it_catches_nothing_up_and_tries_again():
    given = keywords("DAG")

    assert given["dag_id"] == "'danawa_crawler'"
    assert given["catchup"] == "False"
    assert "'retries': 3" in given["default_args"]
    assert "'on_failure_callback': tell" in given["default_args"]


def test_it_crawls_before_it_saves():
    functions = [node.name for node in ast.walk(TREE) if isinstance(node, ast.FunctionDef)]

    assert functions.index("crawl_specifications") < functions.index("save_to_mongodb")
    assert "save_to_mongodb(crawl_specifications())" in TEXT or ">>" in TEXT
