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


def giving(**options):
    def transform(args):
        return pulumi.ResourceTransformResult(
            args.props, pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(**options))
        )

    return transform


def failing(args):
    raise ValueError("no such shelf")


def test_options_that_a_transform_gives_are_followed():
    def program():
        first = pulumi.CustomResource("shop:index:Book", "first", {})
        given = giving(protect=True, ignore_changes=["title"], retain_on_delete=True, depends_on=[first])
        pulumi.CustomResource("shop:index:Book", "second", {}, pulumi.ResourceOptions(transforms=[given]))

    made = run(program)

    assert (made["second"].protect, made["second"].retain_on_delete) == (True, True)
    assert made["second"].ignore_changes == ("title",)
    assert made["second"].dependencies == (made["first"].urn,)


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (giving(delete_before_replace=True), "a transform changes the option delete_before_replace"),
        (failing, "a transform failed: .*no such shelf"),
    ],
)
def test_what_the_preview_cannot_follow_is_told(transform, message):
    def program():
        pulumi.CustomResource("shop:index:Book", "book", {}, pulumi.ResourceOptions(transforms=[transform]))

    with pytest.raises(RecordingError, match=message):
        run(program)


def test_a_transform_of_the_whole_stack_comes_last():
    def program():
        pulumi.runtime.register_resource_transform(tagging("stack"))
        Shelf("shelf", pulumi.ResourceOptions(transforms=[tagging("shelf")]))

    made = run(program)

    assert made["book"].inputs["seen"] == ["own", "shelf", "stack"]
    assert made["lamp"].inputs["seen"] == ["shelf", "stack"]
