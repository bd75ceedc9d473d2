"""A program as the engine would run it: a component, an explicit provider, secrets, references and outputs."""

import asyncio
from pathlib import Path

import pulumi


class Thing(pulumi.CustomResource):
    def __init__(self, name, kind="Thing", opts=None, **props):
        super().__init__(f"shop:index:{kind}", name, {"arn": None, **props}, opts)


class Shop(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("alphacar:shop:Shop", name, None, opts)
        self.shelf = Thing("shelf", size=3, opts=pulumi.ResourceOptions(parent=self, protect=True))
        self.label = Thing("label", kind="Label", shelf=self.shelf, opts=pulumi.ResourceOptions(parent=self.shelf))
        self.register_outputs({"shelf": self.shelf, "opened": True})


class Cloud(pulumi.ProviderResource):
    def __init__(self, name):
        super().__init__("shop", name, {"region": "ap-northeast-2"})


config = pulumi.Config()
cloud = Cloud("seoul")
shop = Shop("shop")
parcel = Thing(
    "parcel",
    weight=1.5,
    destination=shop.shelf.id,
    password=config.require_secret("password"),
    path=shop.shelf.id.apply(lambda _: asyncio.get_running_loop().stop()),
    shop=shop,
    opts=pulumi.ResourceOptions(
        provider=cloud,
        depends_on=[shop],
        retain_on_delete=True,
        delete_before_replace=True,
        ignore_changes=["weight"],
        additional_secret_outputs=["weight"],
        aliases=[pulumi.Alias(name="old-parcel"), "urn:pulumi:dev::shop::shop:index:Thing::older"],
        custom_timeouts=pulumi.CustomTimeouts(create="1h30m", delete="90s"),
    ),
)
pulumi.export("greeting", config.require("greeting"))
pulumi.export("folder", Path.cwd().name)
pulumi.export("password", parcel.password if hasattr(parcel, "password") else config.require_secret("password"))
pulumi.export("parcelId", parcel.id)
