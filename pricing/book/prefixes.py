"""How usage types write each region.

Source: AWS's list of usage type prefixes by region (AWS Data Exports user guide, region codes). Two regions are written
in two ways: services that came later write out what older ones leave off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "af-south-1": ("AFS1-",),
    "ap-east-1": ("APE1-",),
    "ap-northeast-1": ("APN1-",),
    "ap-northeast-2": ("APN2-",),
    "ap-northeast-3": ("APN3-",),
    "ap-south-1": ("APS3-",),
    "ap-south-2": ("APS5-",),
    "ap-southeast-1": ("APS1-",),
    "ap-southeast-2": ("APS2-",),
    "ap-southeast-3": ("APS4-",),
    "ap-southeast-4": ("APS6-",),
    "ca-central-1": ("CAN1-",),
    "eu-central-1": ("EUC1-",),
    "eu-central-2": ("EUC2-",),
    "eu-north-1": ("EUN1-",),
    "eu-south-1": ("EUS1-",),
    "eu-south-2": ("EUS2-",),
    "eu-west-1": ("EU-", "EUW1-"),
    "eu-west-2": ("EUW2-",),
    "eu-west-3": ("EUW3-",),
    "il-central-1": ("ILC1-",),
    "me-central-1": ("MEC1-",),
    "me-south-1": ("MES1-",),
    "sa-east-1": ("SAE1-",),
    "us-east-1": ("", "USE1-"),
    "us-east-2": ("USE2-",),
    "us-west-1": ("USW1-",),
    "us-west-2": ("USW2-",),
}
