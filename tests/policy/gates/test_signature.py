"""Signatures are checked as others check them."""

import base64
import hashlib

import pytest

from policy.gates.signature import PublicKeyError, read_public_keys
from tests.policy.gates.made import key, pem, sign

#: Made by openssl 3.0: genrsa 3072, and dgst -sha256 -sign of the text "evidence".
OPENSSL = """-----BEGIN PUBLIC KEY-----
MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAwmk6jqpiCZc/wlO+sdyu
h2EPeit8tCF334gaLfxQcrFMHSbst13l8DlYHEk3v9KF1EY4N860zKz0LI03GGEE
F/iMN/XXFuhlex+4FBYlbanWyu1YGuecHC4HjrLVFmyab1U/EHDBa9TRKUdHI7N7
IbckInTOcBIzr0r+1lptfVY/bEMZtq1hxC+MVLtaeNu2Qsm/NYIrpqlS/aQPStPJ
l5E3rkh2SgTjlGbXRmXK/wtAh4Tgpjjt61x/CsvE4Ho9RFkGYBgfZ3RwqhUrzu9O
Qr3gj6Hyh5UIK40OVtOhybUpvLI21ke6cjAiCE3zf5QiNuYFEzTSaZ8nWlXs0Hop
u1ownLaz1LKOzk5v8eIr23FPAqv/o6TcWkn4zyuzGVd30UlIvL2TwPFxd3T2ozQ7
y+0iWCtmzE5wAFC2wzH7aeRx1ZASqHwTA2n0n8CLgKkDCuho33zPh2c2w84w4Chk
+22pJOZPq8i2kOS2+gyFiwCHzEG2UA3ocEPvfcRU52NBAgMBAAE=
-----END PUBLIC KEY-----
"""
SIGNED = base64.b64decode(
    "aD9OT/DqKJ8AOluIdxuRN02VLIZMzYUwOgthYLoB9+o/TaZBE6YcOMBK6/BKNtlsuknUFqHJ64avoKvRwzXu5mCcl7ve06sTMzXM"
    "jgCCotnhYaXgcbKZHpkklowqwT5QZ8rKr26cL4E0tB1vltMAvL8pf9jJRiY5/FTpOQVMXpjuer6pAeGjUWAcW0G2VzlTzC/opKxF"
    "oeF1NCcOG8zcGVLmiWw14Cgf3A1ZJ24CTK9OBAj3cI5VYB+rbTYqNntzAvC/V5Mp/WdImXCZKLpVV1L24aoYqtyBdIG7+082ofPM"
    "+o4rVAFyTFUlo/f269AxZUizqybyS/x1Q62G6JldX5sb07etVExfFK2g2jqcMthyKtT8F2ma72VTfEw/D+um+R99xj6X7e3FobR2"
    "/dY4WGvoKgZqnBh45IvvgkMurl/ywxSj9EZnNmMalWAtLShk+xFv6Aq70t4e2KjFB0cOn5uKWXeLu09yX2RJat98xu9Dnj+I0p+i"
    "Zysk3B0ttyl0"
)
CURVE = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER/43aOXoT34Yx7Vt5Fukz6txysyU
JWQpgTLQRLq6fUokLHn1SA7DdkxCAdHfsbf5PVHgBNFln5mvnadCDP7JUg==
-----END PUBLIC KEY-----
"""


def test_what_openssl_signed_is_signed():
    (found,) = read_public_keys(OPENSSL)

    assert found.signed(b"evidence", SIGNED)
    assert not found.signed(b"evidence.", SIGNED)


@pytest.mark.parametrize("bit", [0, 7, 8 * 200, 8 * 384 - 1])
def test_a_signature_of_which_a_bit_is_turned_is_none(bit):
    (found,) = read_public_keys(OPENSSL)
    number = int.from_bytes(SIGNED) ^ (1 << bit)

    assert not found.signed(b"evidence", number.to_bytes(384))


def test_neither_a_short_nor_a_long_nor_a_greater_one_is():
    (found,) = read_public_keys(pem())
    signature = sign(b"x")

    assert found.signed(b"x", signature)
    assert not found.signed(b"x", signature[1:])
    assert not found.signed(b"x", b"\x00" + signature)
    assert not found.signed(b"x", b"")
    # The same number by the modulus, were it allowed.
    assert not found.signed(b"x", (int.from_bytes(signature) + found.modulus).to_bytes(257))


def test_padding_that_hides_something_is_refused():
    """Bleichenbacher's: a short run of FF, and rubbish after the digest."""
    modulus, private = key(1)
    ending = bytes.fromhex("003031300d060960864801650304020105000420") + hashlib.sha256(b"x").digest()
    block = b"\x00\x01" + b"\xff" * 8 + ending
    forged = pow(int.from_bytes(block + b"\x01" * (256 - len(block))), private, modulus).to_bytes(256)

    assert not read_public_keys(pem())[0].signed(b"x", forged)


def test_keys_of_before_are_read_too():
    assert [found.modulus for found in read_public_keys(pem(1) + pem(2))] == [key(1)[0], key(2)[0]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no -----BEGIN PUBLIC KEY-----"),
        (OPENSSL.replace("-----END PUBLIC KEY-----", ""), "has no -----BEGIN PUBLIC KEY----- with its end"),
        (CURVE, "is no key of RSA"),
        (OPENSSL.replace("MIIB", "!!!!"), "is not base64"),
        (OPENSSL.replace("MIIB", "MIIC"), "is cut off"),
        (pem().replace("AQAB", "AAAD"), "is no key that KMS makes"),
    ],
)
def test_what_is_no_key_of_kms_is_refused(text, says):
    with pytest.raises(PublicKeyError, match=says):
        read_public_keys(text)
