from pathlib import Path

from components.charts import AIRFLOW
from components.release import chart_values

FILE = Path(__file__).parents[2] / "migration" / "image" / "Dockerfile"


def test_the_image_adds_the_driver_to_the_airflow_that_runs():
    base, added = (line for line in FILE.read_text().splitlines() if not line.startswith("#"))

    assert base == f"FROM apache/airflow:{chart_values(AIRFLOW.name)['airflowVersion']}"
    assert "pymongo==" in added
