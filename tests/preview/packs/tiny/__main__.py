"""One policy for each thing that can travel between an engine and a pack."""

from pathlib import Path

import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy


def only(kind):
    """Lets a policy see resources of one kind."""

    def wrap(check):
        def wrapped(args, *report):
            return check(args, *report) if args.resource_type == f"test:index:{kind}" else None

        return wrapped

    return wrap


@only("Bucket")
def no_public_buckets(args, report):
    if args.props["acl"] == "public":
        report(f"{args.name} is public", None)


@only("Seen")
def tell_all(args, report):
    options = args.opts
    provider = args.provider
    said = {
        "keys": sorted(args.props),
        "opened": args.props["password"] == "hunter" + "2",
        "component": args.props["home"].rpartition("::")[2],
        "protect": options.protect,
        "ignores": list(options.ignore_changes),
        "timeout": options.custom_timeouts.create_seconds,
        "parent": options.parent.rpartition("::")[2],
        "provider": provider and (provider.name, provider.props["region"]),
        "config": pulumi.Config("tiny").get("greeting"),
        "where": (pulumi.get_stack(), pulumi.get_project(), pulumi.runtime.is_dry_run(), Path.cwd().name),
    }
    report(repr(said), None)


@only("Reference")
def needs_the_id(args, report):
    report(f"{args.props['to']}", None)


@only("Exempt")
def does_not_apply(args, report):
    args.not_applicable("not for this one")


@only("Boom")
def explodes(args, report):
    raise RuntimeError("it broke")


@only("Noted")
def notes(args, report):
    report("no-public-buckets: waived: public until 2027 [waived]", None)


@only("Plain")
def name_it(args):
    return {**args.props, "name": "given"}


@only("Plain")
def must_be_named(args, report):
    if "name" not in list(args.props):
        report("has no name", None)


def whole_stack(args, report):
    names = sorted(resource.name for resource in args.resources)
    report(f"{len(names)} resources", None)
    for resource in args.resources:
        if resource.resource_type == "test:index:Plain":
            report(f"named {resource.props['name']}", resource.urn)
        if resource.resource_type == "test:index:Component":
            report(f"opened {resource.props['opened']}", resource.urn)
        if resource.resource_type == "test:index:Reference":
            report(f"by {resource.property_dependencies['to'][0].name} below {resource.parent.name}", resource.urn)


def resource(name, validate, level=EnforcementLevel.MANDATORY, **more):
    return ResourceValidationPolicy(
        name=name, description=f"About {name}", validate=validate, enforcement_level=level, **more
    )


PolicyPack(
    "tiny",
    [
        resource("no-public-buckets", no_public_buckets),
        resource("tell-all", tell_all, EnforcementLevel.ADVISORY),
        resource("needs-the-id", needs_the_id),
        resource("does-not-apply", does_not_apply),
        resource("explodes", explodes),
        resource("notes", notes, EnforcementLevel.ADVISORY),
        resource("must-be-named", must_be_named, EnforcementLevel.REMEDIATE, remediate=name_it),
        StackValidationPolicy(
            name="whole-stack",
            description="About the stack",
            validate=whole_stack,
            enforcement_level=EnforcementLevel.ADVISORY,
        ),
    ],
)
