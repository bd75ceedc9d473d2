"""The DAG as it is written, in Airflow 3's words. tests/airflow runs it under Airflow itself, where that is installed."""

import ast
import re
from pathlib import Path

FILE = Path(__file__).parents[2] / "migration" / "dags" / "danawa_crawler.py"
TEXT = FILE.read_text()
TREE = ast.parse(TEXT)
#: What Airflow 3 took out of the context and out of DAG (source: Airflow 3.0.0, release notes, significant changes).
REMOVED = {
    "execution_date",
    "next_execution_date",
    "prev_execution_date",
    "prev_execution_date_success",
    "next_ds",
    "next_ds_nodash",
    "prev_ds",
    "prev_ds_nodash",
    "tomorrow_ds",
    "tomorrow_ds_nodash",
    "yesterday_ds",
    "yesterday_ds_nodash",
    "schedule_interval",
    "timetable",
    "sla_miss_callback",
    "sla",
    "days_ago",
    "provide_context",
}


def keywords(name):
    """The keyword arguments of the first call of ``name``, as source."""
    call = next(node for node in ast.walk(TREE) if isinstance(node, ast.Call) and ast.unparse(node.func) == name)
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}


def test_it_runs_on_sunday_at_two_in_seoul_and_never_for_a_sunday_that_was_before_it():
    given = keywords("DAG")

    assert given["schedule"] == "CronTriggerTimetable('0 2 * * SUN', timezone=ZONE, run_immediately=timedelta())"
    assert 'ZONE = "Asia/Seoul"' in TEXT
    assert given["catchup"] == "False"
    assert "start_date" not in given


def test_nobody_need_unpause_it():
    assert keywords("DAG")["is_paused_upon_creation"] == "False"


def test_a_run_ends_and_a_failure_is_told_of_whether_or_not_a_task_can():
    given = keywords("DAG")

    assert given["dagrun_timeout"] == "timedelta(hours=20)"
    assert given["on_failure_callback"] == "tell_run"
    assert "'on_failure_callback': tell" in given["default_args"]
    assert re.findall(r"@task\(execution_timeout=timedelta\((.*?)\)\)", TEXT) == ["hours=3", "minutes=30", "minutes=5"]


def test_topics_are_mapped_few_at_once_and_tried_again():
    given = keywords("DAG")["default_args"]

    assert "topic.expand(topic=list(TOPICS)) >> complete()" in TEXT
    assert "'max_active_tis_per_dagrun': AT_ONCE" in given
    assert "'retries': 3" in given
    assert "save(crawl(topic))" in TEXT


def test_it_imports_airflow_by_its_public_door_and_uses_nothing_that_was_removed():
    imported = {node.module for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom) and node.module}
    words = {node.id for node in ast.walk(TREE) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(TREE) if isinstance(node, ast.Attribute)}
    words |= {node.arg for node in ast.walk(TREE) if isinstance(node, (ast.arg, ast.keyword)) and node.arg}
    words |= {node.value for node in ast.walk(TREE) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert {name for name in imported if name.startswith("airflow")} == {
        "airflow.sdk",
        "airflow.sdk.observability.stats",
    }
    assert words & REMOVED == set()
