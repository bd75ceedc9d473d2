"""Evidence as a verification would write it, chained, approved and signed, free to be spoilt; and a key to sign by."""

import base64
import copy
import hashlib
import json
import math
import random
from functools import cache

from policy.gates.evidence import Evidence, place
from policy.gates.inputs import inputs_digest
from policy.gates.judge import wanted
from policy.ledger.moves import OPENS, PROOFS
from stacks.sections.moves import STATES

#: Days of the states, and of the ends of the evidence that opens them.
ENTERED = dict(
    zip(STATES, ["2026-09-01", "2026-09-10", "2026-10-01", "2026-10-02", "2026-11-05", "2026-11-10"], strict=True)
)
WINDOWS = {
    "precheck": ("2026-09-08T01:00:00Z", "2026-09-08T02:00:00Z"),
    "verify": ("2026-09-30T01:00:00Z", "2026-09-30T03:00:00Z"),
    "cut-over": ("2026-10-01T01:00:00Z", "2026-10-01T02:30:00Z"),
    "soak": ("2026-10-02T00:00:00Z", "2026-11-04T00:00:00Z"),
    "decommission": ("2026-11-08T01:00:00Z", "2026-11-08T02:00:00Z"),
}
TARGET = {"documents": "alphacar-docdb", "cache": "alphacar-cache"}
_ITEMS = {
    "counts": {"alphacar.vehicles": 1200, "alphacar.prices": 8},
    "requirements": {"version": 1, "indexes": 1},
    "health": {"alarms-documents-cpu": 0},
    "removed": {"workloads of documents": 0},
}


def entered(state):
    """What ``landing:moves`` says of a capability that has come to ``state``."""
    return {name: ENTERED[name] for name in STATES[: STATES.index(state) + 1]}


#: The product of all primes below 2000: what shares a factor with it is none.
_SMALL = math.prod(
    number for number in range(2, 2000) if all(number % part for part in range(2, math.isqrt(number) + 1))
)


def prime(source, bits):
    """A prime of exactly ``bits`` bits, by Miller and Rabin."""
    while True:
        number = source.getrandbits(bits) | (3 << (bits - 2)) | 1
        if math.gcd(number, _SMALL) > 1 or number % 65537 == 1:
            continue
        odd, twos = number - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        if all(_strong(pow(base, odd, number), number, twos) for base in (2, 3, 5, 7)):
            return number


def _strong(value, number, twos):
    return value in (1, number - 1) or any((value := value * value % number) == number - 1 for _ in range(twos - 1))


@cache
def key(seed):
    """Modulus and private exponent of a key of 2048 bits; nobody's, and always the same one."""
    source = random.Random(seed)  # noqa: S311 - a key of nobody
    p, q = prime(source, 1024), prime(source, 1024)
    return p * q, pow(65537, -1, (p - 1) * (q - 1))


@cache
def sign(message, seed=1):
    """What KMS answers for RSASSA_PKCS1_V1_5_SHA_256, as bytes."""
    modulus, private = key(seed)
    ending = bytes.fromhex("003031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    block = b"\x00\x01" + b"\xff" * (256 - 2 - len(ending)) + ending
    return pow(int.from_bytes(block), private, modulus).to_bytes(256)


def _der(tag, content):
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2)
    return bytes([tag]) + length + content


def pem(seed=1):
    """The public half, as ``openssl`` writes it."""
    numbers = _der(2, b"\x00" + key(seed)[0].to_bytes(256)) + _der(2, (65537).to_bytes(3))
    body = _der(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + _der(3, b"\x00" + _der(0x30, numbers)))
    return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(body).decode()}\n-----END PUBLIC KEY-----\n"


def content(settings, capability, step):
    """One step's evidence, neither approved nor chained nor signed."""
    environment = settings.environment
    side = {
        "system": "MongoDB",
        "name": "mongodb",
        "host": "10.0.0.5",
        "version": "7.0.14",
        "identity": "replica-set-0a1b",
    }
    made = {
        "schemaVersion": "1.0",
        "environment": environment,
        "account": "111122223333",
        "capability": capability,
        "step": step,
        "source": side,
        "target": {
            **side,
            "system": "Amazon DocumentDB",
            "host": "10.1.0.5",
            "name": TARGET[capability],
            "identity": "cluster-XYZ",
        },
        "inputs": inputs_digest(settings, capability),
        "tools": {},
        "started": WINDOWS[step][0],
        "ended": WINDOWS[step][1],
        "comparisons": [],
        "previous": None,
    }
    names = wanted(Evidence.model_validate_json(json.dumps(made)))
    for name in names:
        items = _ITEMS.get(name, {"all": f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"})
        made["comparisons"].append({"name": name, "source": items, "target": dict(items), "of": 1208, "compared": 1208})
    return copy.deepcopy(made)


def write(root, settings, capability, state, *, seed=1, spoil=None, after=None, sign_with=1):
    """The evidence of every step up to ``state``, below ``root``.

    ``spoil`` changes a step's evidence before it is approved and signed, ``after`` changes its file afterwards.
    ``sign_with`` is a key's seed, or ``None``.
    """
    previous = None
    environment = settings.environment
    for step, opened in OPENS.items():
        if STATES.index(opened) > STATES.index(state):
            break
        made = content(settings, capability, step)
        made["previous"] = previous
        if spoil:
            spoil(step, made)
        if made.get("approval", "unset") == "unset":
            of = Evidence.model_validate_json(json.dumps(made)).to_approve
            made["approval"] = {"by": "j.kim", "ticket": "PLAT-7", "on": ENTERED[opened], "of": of}
        if sign_with is not None:
            value = sign(Evidence.model_validate_json(json.dumps(made)).to_sign, sign_with)
            made["signature"] = {
                "algorithm": "RSASSA_PKCS1_V1_5_SHA_256",
                "key": "arn:aws:kms:ap-northeast-2:111122223333:key/1",
                "value": base64.b64encode(value).decode(),
            }
        evidence = Evidence.model_validate_json(json.dumps(made))
        previous = evidence.to_approve
        if after:
            after(step, made)
        path = place(root, environment, capability, step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made, indent=1))
    (root / "gates" / environment).mkdir(parents=True, exist_ok=True)
    (root / "gates" / environment / "signing-key.pem").write_text(pem(seed))


def at(step, change):
    """A spoiler that changes one step's evidence."""

    def spoil(found, made):
        if found == step:
            change(made)

    return spoil


assert set(WINDOWS) == set(OPENS)
assert set(TARGET) <= set(PROOFS)
