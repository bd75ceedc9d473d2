"""Transforms as the engine runs them: own first, then from the parent up, children of remote components included."""

import pulumi
import pytest

from preview.simulate.recorder import RecordingError, record


def run(program):
    return {made.name: made for made in record(program, project="shop", stack="dev", config={}).registrations}


def tagging(word, only=None):
    def transform(args):
        if only and args.type_ != only:
            return None
        return pulumi.ResourceTransformResult(
            props={**args.props, "seen": [*args.props.get("seen", []), word]}, opts=args.opts
        )

    return transform


class Shelf(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("shop:index:Shelf", name, None, opts)
        own = pulumi.ResourceOptions(parent=self, transforms=[tagging("own")])
        pulumi.CustomResource("shop:index:Book", "book", {"title": "a"}, own)
        pulumi.CustomResource("shop:index:Lamp", "lamp", {}, pulumi.ResourceOptions(parent=self))


def test_a_resource_s_own_transform_comes_before_that_of_what_it_stands_in():
    made = run(lambda: Shelf("shelf", pulumi.ResourceOptions(transforms=[tagging("shelf")])))

    assert made["book"].inputs == {"title": "a", "seen": ["own", "shelf"]}
    assert made["lamp"].inputs["seen"] == ["shelf"]


def test_what_a_transform_leaves_alone_stays_as_it_was():
    made = run(lambda: Shelf("shelf", pulumi.ResourceOptions(transforms=[tagging("lamp", "shop:index:Lamp")])))

    assert made["book"].inputs == {"title": "a", "seen": ["own"]}
    assert made["lamp"].inputs["seen"] == ["lamp"]


def test_secrets_and_unknowns_pass_through_a_transform():
    def program():
        waiting = pulumi.CustomResource("shop:index:Book", "first", {})
        opts = pulumi.ResourceOptions(transforms=[tagging("own")])
        pulumi.CustomResource(
            "shop:index:Book", "second", {"key": pulumi.Output.secret("a"), "after": waiting.id}, opts
        )

    from preview.simulate.wire import show_to_reader

    assert show_to_reader(run(program)["second"].inputs) == {"key": "[secret]", "after": "[unknown]", "seen": ["own"]}


def changing(args):
    return pulumi.ResourceTransformResult(props=args.props, opts=pulumi.ResourceOptions(protect=True))


def failing(args):
    raise ValueError("no such shelf")


@pytest.mark.parametrize(
    ("transform", "message"),
    [(changing, "a transform changes options"), (failing, "a transform failed: .*no such shelf")],
)
def test_what_the_preview_cannot_follow_is_told(transform, message):
    def program():
        pulumi.CustomResource("shop:index:Book", "book", {}, pulumi.ResourceOptions(transforms=[transform]))

    with pytest.raises(RecordingError, match=message):
        run(program)


def test_a_transform_of_the_whole_stack_is_told():
    with pytest.raises(RecordingError, match="a transform of the whole stack"):
        run(lambda: pulumi.runtime.register_resource_transform(tagging("stack")))
