"""A KMS signature checked offline: RSA with PKCS #1 v1.5 and SHA-256, by the public half that is committed.

No library of the lock has asymmetric cryptography, and checking needs no secret: the signature is raised to the public
exponent and compared, as a whole, with what RFC 8017 (8.2.2 and 9.2) says must come out. Nothing is parsed out of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

#: DigestInfo of SHA-256 without the digest (RFC 8017, 9.2, note 1).
_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")
#: AlgorithmIdentifier of rsaEncryption (RFC 8017, A.1), as KMS writes it.
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_BEGIN: Final = "-----BEGIN PUBLIC KEY-----"
_PEM: Final = re.compile(rf"{_BEGIN}([^-]*)-----END PUBLIC KEY-----")
#: Key specs of KMS that sign by RSA: 2048, 3072 and 4096 bits.
SIZES: Final = (2048, 3072, 4096)
_SEQUENCE, _INTEGER, _BITS = 0x30, 0x02, 0x03


class PublicKeyError(ValueError):
    """A file that holds no public key of RSA; its text says why."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """The modulus and the exponent."""

    modulus: int
    exponent: int

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is this key's, of ``message``."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature)
        if len(signature) != size or number >= self.modulus:
            return False
        ending = b"\x00" + _SHA256 + hashlib.sha256(message).digest()
        expected = b"\x00\x01" + b"\xff" * (size - 2 - len(ending)) + ending
        return pow(number, self.exponent, self.modulus).to_bytes(size) == expected


def read_public_keys(text: str) -> tuple[PublicKey, ...]:
    """Every key in ``text``, PEM as ``openssl`` writes it: the present one, and those of before, whose evidence holds.

    Raises :class:`PublicKeyError` when one is none, and when there is none.
    """
    found = _PEM.findall(text)
    if not found or text.count(_BEGIN) != len(found):
        raise PublicKeyError(f"has no {_BEGIN} with its end")
    return tuple(map(_read, found))


def _read(body: str) -> PublicKey:
    try:
        key, rest = _value(base64.b64decode("".join(body.split()), validate=True), _SEQUENCE)
    except binascii.Error:
        raise PublicKeyError("is not base64") from None
    if rest or not key.startswith(_RSA):
        raise PublicKeyError("is no key of RSA")
    bits, rest = _value(key.removeprefix(_RSA), _BITS)
    if rest or not bits.startswith(b"\x00"):
        raise PublicKeyError("is cut off, or goes on after its end")
    numbers, rest = _value(bits[1:], _SEQUENCE)
    modulus, after = _value(numbers, _INTEGER)
    exponent, end = _value(after, _INTEGER)
    found = PublicKey(modulus=int.from_bytes(modulus), exponent=int.from_bytes(exponent))
    if rest or end or found.modulus.bit_length() not in SIZES or found.exponent != 65537:
        raise PublicKeyError(f"is no key that KMS makes: of {', '.join(map(str, SIZES))} bits, with exponent 65537")
    return found


def _value(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The first value of ``data``, which has ``tag``, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise PublicKeyError("is no public key")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 2 or len(data) < 2 + count:
            raise PublicKeyError("is no public key")
        length, start = int.from_bytes(data[2 : 2 + count]), 2 + count
    if len(data) < start + length:
        raise PublicKeyError("is cut off, or goes on after its end")
    return data[start : start + length], data[start + length :]
