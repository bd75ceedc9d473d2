"""The weekly crawl under Airflow itself: parsed, scheduled, run against a site on this machine, and failing."""

from __future__ import annotations

import json

from tests.airflow.site import CONTENT, VEHICLES

TOPICS = ("specifications", "options", "images", "reviews")
#: Two in the morning in Seoul, on the Sundays that end the weeks 47 and 48.
W47, W48 = "2026-11-21T17:00:00+00:00", "2026-11-28T17:00:00+00:00"


def instances(other):
    """A whole run's task instances, with other states and tries where they are given."""
    found = {f"topic.{task}[{place}]": ["success", 1] for task in ("crawl", "save") for place in range(4)}
    return found | {"complete[-1]": ["success", 1]} | other


def test_what_is_seen_first_after_a_sunday_waits_for_the_next(world):
    moments = ["2026-11-21T17:00:01+00:00", "2026-11-22T02:30:00+00:00", "2026-11-25T00:00:00+00:00"]

    assert world.ask("first-run", *moments) == [W48, W48, W48]


def test_it_is_parsed_without_fault_and_nobody_need_unpause_it(world):
    errors = world.airflow("dags", "list-import-errors", "-o", "json")

    assert errors.returncode == 0
    assert json.loads(errors.stdout.splitlines()[-1] if errors.stdout.strip() else "[]") == []
    assert world.ask("paused") is False


def test_a_run_brings_every_topic_into_one_document_a_vehicle_and_says_which_week(world, site):
    with world.metrics() as heard:
        done = world.airflow("dags", "test", "danawa_crawler", W47)

    assert done.returncode == 0, done.stdout[-3000:]
    assert site.asked == dict.fromkeys((f"{vehicle}{path}" for vehicle in VEHICLES for path in CONTENT), 1)
    assert [each["_id"] for each in world.vehicles] == [f"danawa:{vehicle}" for vehicle in VEHICLES]
    for vehicle in world.vehicles:
        assert vehicle["weeks"] == dict.fromkeys(TOPICS, "2026-W47")
        assert (vehicle["maker"], vehicle["images"], vehicle["reviews"]) == ("현대", ["/a.jpg", "/b.jpg"], ["조용하다"])
    # 1795280400 is two in the morning of 22 November 2026 in Seoul.
    assert "airflow.danawa_crawler.complete_timestamp_seconds:1795280400|g" in heard
    # The same week once more, now as a run without a logical date, as a person starts it.
    before = world.vehicles
    assert world.ask("run", "", W47)["state"] == "success"
    assert world.vehicles == before


def test_a_topic_is_retried_alone(world, site):
    site.away["/vehicles/1/reviews"] = 2

    assert world.ask("run", "", W48) == {"state": "success", "tasks": instances({"topic.crawl[3]": ["success", 3]})}
    assert site.asked == {
        f"{vehicle}{path}": 3 if path == "/reviews" else 1 for vehicle in VEHICLES for path in CONTENT
    }


def test_a_topic_that_is_lost_keeps_no_other_from_being_saved_and_is_told_of(world, site):
    site.away["/vehicles/1/images"] = 99

    with world.metrics() as heard:
        done = world.ask("run", "", W48)

    lost = {"topic.crawl[2]": ["failed", 4], "topic.save[2]": ["upstream_failed", 0]}
    assert done == {"state": "failed", "tasks": instances({**lost, "complete[-1]": ["upstream_failed", 0]})}
    assert {tuple(sorted(vehicle["weeks"])) for vehicle in world.vehicles} == {("options", "reviews", "specifications")}
    assert [alert["labels"].get("task") for alert in world.alerts] == ["topic.crawl", None]
    # A worker also hands the exception on (task_runner.py of 3.2.2); `dags test` and its like do not.
    assert world.alerts[0]["annotations"]["description"] == "its log says why"
    assert not [line for line in heard if "complete_timestamp" in line]


def test_a_restored_vehicle_is_taken_over_and_none_stands_there_twice(world, site):
    restored = [{"_id": "5f0000000000000000000001", "source_urls": [f"{site.address}/vehicles/1"], "likes": 7}]
    world.vehicles = restored

    assert world.ask("run", "", W48)["state"] == "failed"
    assert world.vehicles == restored
    world.connections["danawa"]["extra"]["matchField"] = "source_urls"
    assert world.ask("run", "", W47)["state"] == "success"
    assert [each["_id"] for each in world.vehicles] == ["5f0000000000000000000001", "danawa:/vehicles/2"]
    assert (world.vehicles[0]["likes"], world.vehicles[0]["maker"]) == (7, "현대")
