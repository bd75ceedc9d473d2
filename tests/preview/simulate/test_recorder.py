from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import settings

from model.resource import UNKNOWN
from preview.simulate.recorder import RecordingError, record
from preview.simulate.wire import show_to_reader

SHOP = Path(__file__).parent / "programs" / "shop"
CONFIG = {"shop:greeting": "hello", "shop:password": "hunter2"}


def recorded(program=SHOP, **options):
    config = {"project": "shop", "stack": "dev", "config": CONFIG, "secret_keys": {"shop:password"}}
    return record(program, **{**config, **options})


@pytest.fixture(scope="module")
def shop():
    return recorded()


@pytest.fixture(scope="module")
def by_name(shop):
    return {made.name: made for made in shop.registrations}


class Thing(pulumi.CustomResource):
    def __init__(self, name, opts=None, **props):
        super().__init__("test:index:Thing", name, props, opts)


def test_urns_carry_every_parent_type_but_the_stack(shop):
    assert [made.urn.removeprefix("urn:pulumi:dev::shop::") for made in shop.registrations] == [
        "alphacar:shop:Shop$shop:index:Thing$shop:index:Label::label",
        "alphacar:shop:Shop$shop:index:Thing::shelf",
        "alphacar:shop:Shop::shop",
        "pulumi:providers:shop::seoul",
        "pulumi:pulumi:Stack::shop-dev",
        "shop:index:Thing::parcel",
    ]


def test_a_parent_is_named_and_the_stack_has_none(by_name):
    assert by_name["label"].parent == by_name["shelf"].urn
    assert by_name["parcel"].parent == by_name["shop-dev"].urn
    assert by_name["shop-dev"].parent is None


def test_every_option_is_kept(by_name):
    parcel = by_name["parcel"]

    assert parcel.retain_on_delete
    assert parcel.delete_before_replace is True
    assert parcel.ignore_changes == ("weight",)
    assert "weight" in parcel.additional_secret_outputs
    assert parcel.custom_timeouts == {"create": 5400, "delete": 90}
    assert parcel.provider == by_name["seoul"].urn
    assert parcel.aliases == (
        "urn:pulumi:dev::shop::shop:index:Thing::old-parcel",
        "urn:pulumi:dev::shop::shop:index:Thing::older",
    )


def test_protection_comes_down_from_the_parent(by_name):
    assert by_name["label"].protect
    assert not by_name["parcel"].protect


def test_dependencies_are_sorted_and_kept_by_property(by_name):
    # The SDK expands a component into the custom resources right below it.
    assert by_name["parcel"].dependencies == (by_name["shelf"].urn,)
    assert by_name["parcel"].property_dependencies["destination"] == (by_name["shelf"].urn,)
    assert "weight" not in by_name["parcel"].property_dependencies


def test_what_only_the_deployment_knows_is_unknown(by_name):
    assert show_to_reader(by_name["parcel"].inputs) == {
        "destination": "[unknown]",
        "password": "[secret]",
        "path": "[unknown]",
        "shop": by_name["shop"].urn,
        "weight": 1.5,
    }


def test_a_rule_never_sees_a_secret(by_name):
    resource = by_name["parcel"].resource()

    assert resource.get("password") == "[secret]"
    assert resource.get("destination") is UNKNOWN
    assert resource.get("shop") == by_name["shop"].urn
    assert by_name["label"].resource().get("shelf") is UNKNOWN


def test_outputs_are_known_where_the_program_knows_them(shop):
    assert show_to_reader(shop.outputs) == {
        "folder": "shop",
        "greeting": "hello",
        "parcelId": "[unknown]",
        "password": "[secret]",
    }


def test_a_component_shows_its_outputs(by_name):
    assert show_to_reader(by_name["shop"].outputs) == {"opened": True, "shelf": by_name["shelf"].urn}


def test_whole_numbers_stay_whole(by_name):
    assert type(by_name["shelf"].inputs["size"]) is int


def test_an_exception_comes_out_unchanged():
    error = LookupError("mine")

    def program():
        Thing("thing")
        raise error

    with pytest.raises(LookupError) as raised:
        recorded(program)

    assert raised.value is error


def test_a_urn_is_registered_once():
    with pytest.raises(RecordingError, match=r"Duplicate resource URN '.*Thing::twin'; try giving it a unique name"):
        recorded(lambda: (Thing("twin"), Thing("twin")))


def test_an_output_turned_into_text_is_refused_with_its_place():
    with pytest.raises(RecordingError, match=r"Thing::second: tags\.of is the text of an Output"):
        recorded(lambda: Thing("second", tags={"of": f"{Thing('first').id}"}))


def test_an_output_turned_into_text_is_refused_as_a_stack_output():
    with pytest.raises(RecordingError, match=r"Stack::shop-dev: id is the text of an Output"):
        recorded(lambda: pulumi.export("id", f"{Thing('first').id}"))


def test_a_look_up_without_an_answer_names_itself():
    with pytest.raises(Exception, match="no answer for the look-up aws:ssm/getParameter:getParameter"):
        recorded(lambda: pulumi.runtime.invoke("aws:ssm/getParameter:getParameter", {"name": "x"}))


def test_an_unknown_component_is_refused():
    class Chart(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("kubernetes:helm.sh/v4:Chart", "chart", {}, None, remote=True)

    with pytest.raises(RecordingError, match=r"chart: the preview does not know .*v4:Chart"):
        recorded(Chart)


def test_a_program_that_does_not_end_is_stopped():
    def program():
        pulumi.export("never", pulumi.Output.from_input(asyncio_never()))

    async def asyncio_never():
        import asyncio

        await asyncio.sleep(60)

    with pytest.raises(RecordingError, match=r"did not end within 0\.2 seconds"):
        recorded(program, timeout_seconds=0.2)


def test_the_environment_neither_leaks_in_nor_changes(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before, folder, path = dict(os.environ), Path.cwd(), list(sys.path)

    seen = recorded(lambda: pulumi.export("profile", os.environ.get("AWS_PROFILE", "none")))

    assert seen.outputs == {"profile": "none"}
    assert (dict(os.environ), Path.cwd(), sys.path) == (before, folder, path)


def test_a_second_run_in_the_process_says_the_same(shop):
    assert recorded() == shop


def test_what_a_caller_left_unfinished_is_not_waited_for(shop):
    """A task of a loop that is closed, in the set of outputs that the SDK hands from context to context."""
    loop = asyncio.new_event_loop()
    left = loop.create_future()
    loop.close()
    settings.SETTINGS.outputs.add(left)
    try:
        assert recorded() == shop
    finally:
        settings.SETTINGS.outputs.discard(left)


def test_no_socket_is_opened(monkeypatch):
    def refused(*args, **kwargs):
        raise AssertionError(f"a socket was asked for: {args} {kwargs}")

    for name in ("bind", "connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)

    assert recorded().registrations


def test_the_hash_seed_changes_nothing():
    code = (
        "import json, sys; from pathlib import Path; from preview.simulate.recorder import record; from preview.simulate.wire import show_to_reader;"
        "made = record(Path(sys.argv[1]), project='shop', stack='dev', config=json.loads(sys.argv[2]));"
        "print([(each.urn, json.dumps(show_to_reader(each.inputs)), each.dependencies, each.aliases, each.property_dependencies)"
        " for each in made.registrations], json.dumps(show_to_reader(made.outputs)))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(SHOP), json.dumps(CONFIG)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate()[0] for process in started)

    assert first
    assert first == second
