#!/usr/bin/env python3
"""Checks a log written by `audit tiles` on a bare Debian: Python's own modules and the openssl command.

check_log.py FOLDER VKEY [OLDER-CHECKPOINT ...]

Every entry is hashed, the tree rebuilt, and the signature judged by openssl. Each older checkpoint
must be signed by the same key and be a root that the rebuilt tree passes through.
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

ED25519_KEY_PREFIX = bytes.fromhex("302a300506032b6570032100")


def fail(reason):
    sys.exit(f"check_log: {reason}")


def signed_by_openssl(text, signature, key):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "text").write_bytes(text)
        (place / "signature").write_bytes(signature)
        (place / "key.der").write_bytes(ED25519_KEY_PREFIX + key)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
        command += ["-inkey", place / "key.der", "-in", place / "text"]
        command += ["-sigfile", place / "signature"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def open_checkpoint(path, vkey):
    """Size and root that the key signed."""
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    if key[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != key_id:
        fail("the verifier key is not well formed")
    text, signatures = path.read_bytes().rsplit(b"\n\n", 1)
    text += b"\n"
    for line in signatures.decode().splitlines():
        dash, signer, body = line.split(" ")
        body = base64.b64decode(body, validate=True)
        if dash != "\u2014" or signer != name or body[:4].hex() != key_id:
            continue
        if not signed_by_openssl(text, body[4:], key[1:]):
            fail(f"{path}: the signature does not hold")
        origin, size, root = text.decode().split("\n")[:3]
        if origin != name:
            fail(f"{path}: the origin is {origin}")
        return int(size), base64.b64decode(root, validate=True)
    fail(f"{path}: not signed by {name}")


def entries(folder, size):
    for first in range(0, size, 256):
        rest, last = divmod(first // 256, 1000)
        path = f"{last:03}"
        while rest:
            rest, part = divmod(rest, 1000)
            path = f"x{part:03}/{path}"
        width = min(256, size - first)
        path += f".p/{width}" if width < 256 else ""
        data = (folder / "tile" / "entries" / path).read_bytes()
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            yield data[2 : 2 + length]
            data = data[2 + length :]
        if data:
            fail(f"bytes are left over in entries {path}")


def root_of(peaks):
    if not peaks:
        return hashlib.sha256().digest()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = hashlib.sha256(b"\x01" + peak + root).digest()
    return root


def main(folder, vkey, *older):
    claims = [(folder / "checkpoint",) + open_checkpoint(folder / "checkpoint", vkey)]
    size = claims[0][1]
    claims += [(path,) + open_checkpoint(pathlib.Path(path), vkey) for path in older]
    peaks, roots = [], {0: root_of([])}
    for index, entry in enumerate(entries(folder, size)):
        if json.loads(entry)["seq"] != index:
            fail(f"entry {index} has another number")
        node, rest = hashlib.sha256(b"\x00" + entry).digest(), index
        while rest & 1:
            node, rest = hashlib.sha256(b"\x01" + peaks.pop() + node).digest(), rest >> 1
        peaks.append(node)
        if any(claim[1] == index + 1 for claim in claims):
            roots[index + 1] = root_of(peaks)
    for path, claimed, root in claims:
        if roots.get(claimed) != root:
            fail(f"{path}: the log does not give this root for size {claimed}")
    print(f"{size} entries hold, {len(older)} older checkpoints too")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
