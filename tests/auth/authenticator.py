"""An authenticator in software: it signs as a telephone or a security key does."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url


class Authenticator:
    """One passkey on one device; `synced` sets the flags of a backed-up one."""

    def __init__(self, origin="https://shop.example", *, synced=True, verified=True):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.count = 0
        self.handle = b""
        self.flags = 0x01 | (0x04 if verified else 0) | (0x18 if synced else 0)

    def create(self, options):
        options = json.loads(options)
        self.handle = base64url_to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1}
        key[-2], key[-3] = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        data = self._data(options["rp"]["id"], self.flags | 0x40)
        data += bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options["challenge"]),
            attestationObject=cbor2.dumps(attestation),
        )

    def get(self, options):
        options = json.loads(options)
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(options["rpId"], self.flags)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=self.handle,
        )

    def get_id(self):
        return bytes_to_base64url(self.id)

    def _data(self, domain, flags):
        digest = hashlib.sha256(domain.encode()).digest()
        return digest + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind, challenge):
        values = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(values).encode()

    def _answer(self, **response):
        name = bytes_to_base64url(self.id)
        encoded = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": encoded}
