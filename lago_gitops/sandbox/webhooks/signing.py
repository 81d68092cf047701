"""Signatures of deliveries: HMAC-SHA256 with the organization's key, or a JWT with RS256."""

import base64
import hashlib
import hmac
import json
import secrets
from functools import cache
from typing import NamedTuple

from lago_gitops.sandbox.base.storage.kinds import SIGNING_KEY
from lago_gitops.sandbox.base.world import World

_BITS = 2048
_EXPONENT = 65537
_ROUNDS = 8
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # the DigestInfo of PKCS #1
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # the algorithm in a public key


class Key(NamedTuple):
    one: int  # the two primes
    other: int

    @property
    def modulus(self) -> int:
        return self.one * self.other


def hmac_signature(world: World, body: str) -> str:
    """With the API key: the sandbox has only one key."""
    digest = hmac.new(world.settings.api_key.encode(), body.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def jwt(world: World, body: str, issuer: str) -> str:
    """The claims are the body as text and the server's URL."""
    parts = ({"alg": "RS256"}, {"data": body, "iss": issuer})
    signed = ".".join(_url_safe(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_url_safe(_rs256(key(world), signed.encode()))}"


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _rs256(key: Key, data: bytes) -> bytes:
    size = (key.modulus.bit_length() + 7) // 8
    digest = _SHA256 + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return _private_power(key, int.from_bytes(padded)).to_bytes(size)


def _private_power(key: Key, number: int) -> int:
    """By each prime alone, and combined (CRT): four times as fast as by the modulus."""
    of_one, of_other = (pow(number, pow(_EXPONENT, -1, prime - 1), prime) for prime in key)
    return of_other + (of_one - of_other) * pow(key.other, -1, key.one) % key.one * key.other


def key(world: World) -> Key:
    """Generated on first use, and stored."""
    kept = world.store.first(SIGNING_KEY)
    if kept is not None:
        return Key(int(kept["one"], 16), int(kept["other"], 16))
    new = _generated()
    world.store.save(SIGNING_KEY, {"id": SIGNING_KEY.name, "one": hex(new.one), "other": hex(new.other)})
    return new


@cache
def _generated() -> Key:
    """Once per process, for all sandboxes: it takes longer than hundreds of requests."""
    return Key(_prime(), _prime())


def _prime() -> int:
    """A prime with half the bits; the two highest are set."""
    while True:
        number = secrets.randbits(_BITS // 2) | 3 << (_BITS // 2 - 2) | 1
        if number % _EXPONENT != 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    if any(number % small == 0 for small in _SMALL):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, odd, twos, secrets.randbelow(number - 3) + 2) for _ in range(_ROUNDS))


def _passes(number: int, odd: int, twos: int, base: int) -> bool:
    """The Miller-Rabin primality test."""
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


_ODD = range(3, 2000, 2)
_SMALL = tuple(number for number in _ODD if all(number % each for each in range(3, int(number**0.5) + 1, 2)))


def pem(world: World) -> str:
    """The public key."""
    numbers = _der(0x30, _integer(key(world).modulus) + _integer(_EXPONENT))
    encoded = base64.b64encode(_der(0x30, _RSA + _der(0x03, b"\x00" + numbers))).decode()
    lines = "\n".join(encoded[at : at + 64] for at in range(0, len(encoded), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 128 + size)) + length.to_bytes(size) + content
