import json

import pytest

from components.stores.vaults import Copies, Vaults, VaultsArgs
from model.schedule import hours_of_week, longest_gap
from tests.components.given import ACCOUNT, KEY, PLACE, REGION

VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
POLICY = "aws:backup/vaultPolicy:VaultPolicy"
TOKYO = "ap-northeast-1"
KEY_THERE = f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/4f1c"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/keeper"
STORES = {
    "documents": f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:docs",
    "workflow": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:airflow",
}
OTHER = f"arn:aws:backup:{REGION}:222233334444:backup-vault:alphacar"


def args(**changes):
    return VaultsArgs(**{"place": PLACE, "stores": STORES, "key_arn": KEY, **changes})


@pytest.fixture
def vaults(declare):
    return lambda **changes: declare(lambda: Vaults("vaults", args(**changes)))


def lots(made, name="vaults-documents"):
    """Of each rule: its days, how long a recovery point is kept, and where it is copied to."""
    return {
        rule["ruleName"]: (
            rule["schedule"].split()[4],
            rule["lifecycle"]["deleteAfter"],
            len(rule.get("copyActions") or []),
        )
        for rule in made.all(PLAN)[name]["rules"]
    }


def test_each_store_has_a_vault_and_a_plan_of_its_own(vaults):
    made = vaults()

    assert {name: made.all(SELECTION)[name]["resources"] for name in made.all(SELECTION)} == {
        f"vaults-{store}": [arn] for store, arn in STORES.items()
    }
    assert {each["name"] for each in made.all(VAULT).values()} == {"vaults-documents", "vaults-workflow"}
    assert {each["kmsKeyArn"] for each in made.all(VAULT).values()} == {KEY}


def test_a_recovery_point_is_made_a_day_and_saturdays_is_kept_longest(vaults):
    made = vaults(daily_days=7, weekly_days=30)
    times = [time for rule in made.all(PLAN)["vaults-documents"]["rules"] for time in hours_of_week(rule["schedule"])]

    assert lots(made) == {"daily": ("SUN,MON,TUE,WED,THU,FRI", 7, 0), "weekly": ("SAT", 30, 0)}
    assert (len(times), longest_gap(times)) == (7, 24)


def test_without_daily_ones_there_is_saturdays_alone(vaults):
    assert lots(vaults(daily_days=0)) == {"weekly": ("SAT", 30, 0)}


def test_copies_are_made_on_their_days_under_the_key_of_their_region(vaults):
    copies = Copies(region=TOKYO, key_arn=KEY_THERE, days=["WED", "SAT"], account_vault_arn=OTHER)
    made = vaults(copies=copies, lock="compliance")
    there = made.all(VAULT)["vaults-documents-copies"]

    assert lots(made) == {
        "daily": ("SUN,MON,TUE,THU,FRI", 7, 0),
        "daily-copied": ("WED", 7, 2),
        "weekly": ("SAT", 30, 2),
    }
    assert (there["region"], there["kmsKeyArn"], there["name"]) == (TOKYO, KEY_THERE, "vaults-documents")
    assert (
        made.all(LOCK)["vaults-documents-copies"]["region"]
        == made.all(POLICY)["vaults-documents-copies"]["region"]
        == TOKYO
    )


@pytest.mark.parametrize(("lock", "days"), [("none", ...), ("governance", None), ("compliance", 5)])
def test_a_lock_is_of_the_kind_that_was_asked_for(vaults, lock, days):
    made = vaults(lock=lock, lock_grace_days=5, daily_days=7, weekly_days=30)
    locks = made.all(LOCK)

    assert bool(locks) is (lock != "none")
    assert {each.get("changeableForDays") for each in locks.values()} <= {days}
    assert {each["minRetentionDays"] for each in locks.values()} <= {7}


@pytest.mark.parametrize("keeper", [None, ROLE])
def test_a_policy_refuses_whoever_deletes_copies_and_all_but_one_who_changes_it(vaults, keeper):
    document = json.loads(vaults(keeper_role_arn=keeper).all(POLICY)["vaults-documents"]["policy"])
    copies, refusal = document["Statement"]

    assert {statement["Effect"] for statement in document["Statement"]} == {"Deny"}
    assert "backup:DeleteRecoveryPoint" in copies["Action"]
    assert "Condition" not in copies
    assert {"backup:DeleteBackupVaultAccessPolicy", "backup:PutBackupVaultAccessPolicy"} <= set(refusal["Action"])
    assert refusal.get("Condition") == ({"ArnNotEquals": {"aws:PrincipalArn": keeper}} if keeper else None)


@pytest.mark.parametrize("protect", [True, False])
def test_a_vault_is_only_thrown_away_where_nothing_is_protected(declare, protect):
    made = declare(lambda: Vaults("vaults", args(protect=protect)))
    found = made.made(VAULT)

    assert {(vault.protect, vault.inputs["forceDestroy"]) for vault in found} == {(protect, not protect)}
    assert bool(made.all(POLICY)) is protect


def test_a_store_waits_for_the_role_that_copies_it(vaults):
    assert "aws:iam/rolePolicyAttachment:RolePolicyAttachment" in str(vaults().waits(SELECTION, "vaults-documents"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"daily_days": 0, "copies": Copies(region=TOKYO, key_arn=KEY, days=["MON"])}, "nothing is copied on MON"),
        ({"copies": Copies(region=REGION, key_arn=KEY)}, "another region than the stores'"),
    ],
)
def test_what_would_copy_nothing_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        args(**changes)
