"""Who calls the exchange: people who sign in again when their session is old, or was ended by what was tried.

    people.py API OUT FILE      readies the demonstration accounts of an exchange and writes how they sign in

OUT is what `vptex serve --demo` said, with their passwords; FILE is what hooks.py reads.
"""

import base64
import hmac
import json
import struct
import sys
import time

import requests

ACCOUNTS = {"owner": "owner@demo.vptex.example", "officer": "officer@demo.vptex.example"}
# What is sensitive asks for a sign-in of the last five minutes.
OLD = 240
STEP = 30


def code(secret, step):
    """What the app of a second factor shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", step), "sha1").digest()
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


class Person:
    """Somebody with an account."""

    def __init__(self, api, own, keep=lambda: None):
        self.api = api
        self.own = own
        # Called when `own` has changed: who calls next as the same person must know which code was used.
        self.keep = keep
        self.token = None
        self.since = 0.0

    def post(self, path, body, expected):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.post(self.api + path, json=body, headers=headers, timeout=60)
        if answer.status_code != expected:
            raise RuntimeError(f"POST {path} as {self.own['email']}: {answer.status_code} {answer.text}")
        return answer.json()

    def fresh_code(self):
        """A code that was not used yet: each is good once."""
        step = max(int(time.time()) // STEP, self.own.get("step", 0) + 1)
        time.sleep(max(0.0, step * STEP - time.time()))
        self.own["step"] = step
        self.keep()
        return code(self.own["secret"], step)

    def sign_in(self):
        self.token = None
        body = {"email": self.own["email"], "password": self.own["password"]}
        if "secret" in self.own:
            body["code"] = self.fresh_code()
        self.token = self.post("/sessions", body, 201)["access_token"]
        self.since = time.monotonic()

    def enrol(self):
        """Sets up the second factor, without which an officer reaches nothing."""
        self.sign_in()
        self.own["secret"] = self.post("/me/second-factor", None, 201)["secret"]
        self.post("/me/second-factor/confirmation", {"code": self.fresh_code()}, 200)

    def bearer(self):
        """A token that is good as far as is known."""
        if self.token is None or time.monotonic() - self.since > OLD:
            self.sign_in()
        return self.token


def main(api, out, file):
    with open(out, encoding="utf-8") as said:
        words = [line.split() for line in said]
    passwords = {line[0]: line[1] for line in words if len(line) == 2}
    people = {name: {"email": email, "password": passwords[email]} for name, email in ACCOUNTS.items()}
    Person(api, people["officer"]).enrol()
    with open(file, "w", encoding="utf-8") as written:
        json.dump({"api": api, "people": people}, written)


if __name__ == "__main__":
    main(*sys.argv[1:])
