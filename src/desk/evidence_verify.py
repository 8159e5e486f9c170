#!/usr/bin/env python3
"""Checks an archive that `cordon evidence export` wrote, offline, with Python's standard library alone.

    python3 verify.py ARCHIVE.tar [--key VKEY]

VKEY is the desk's log key, from where you trust it; without it the key in the archive is taken, and this is said. Prints
what is wrong, one line for each thing, with the name of the item; or that all of it is as it was written. Exit 0: sound;
1: something was changed; 2: usage. docs/formats/evidence.md of the Cordon project describes the archive.
"""
import base64
import functools
import hashlib
import json
import sys

BLOCK = 512


class Wrong(Exception):
    """What is wrong, and with which item."""

    def __init__(self, item, what):
        super().__init__(item + ": " + what)
        self.item, self.what = item, what


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# ── the tar: every byte of it is either a member's or known beforehand ──

def header(name, size):
    head = bytearray(BLOCK)
    head[0:len(name)] = name
    head[100:108] = b"0000600\0"
    head[108:116] = head[116:124] = b"0000000\0"
    head[124:136] = b"%011o\0" % size
    head[136:148] = b"00000000000\0"
    head[148:156] = b" " * 8
    head[156:157] = b"0"
    head[257:265] = b"ustar\x0000"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def members(data):
    """[(name, bytes)] of a tar; Wrong where a byte between the members is not the one that was written."""
    found, at, name = [], 0, "the beginning"
    while True:
        head = data[at:at + BLOCK]
        if len(head) < BLOCK:
            raise Wrong("archive", "it ends too soon, behind " + name)
        if head == bytes(BLOCK):
            if data[at:] != bytes(2 * BLOCK):
                raise Wrong("archive", "bytes stand where the archive ends, behind " + name)
            return found
        raw = head[:100].rstrip(b"\0")
        before, name = name, raw.decode("ascii", "replace")
        try:
            size = int(head[124:135], 8)
        except ValueError:
            size = -1
        if size < 0 or header(raw, size) != head:
            raise Wrong("archive", "the header behind %s is not as it was written" % before)
        body = data[at + BLOCK:at + BLOCK + size]
        end = at + BLOCK + (size + BLOCK - 1) // BLOCK * BLOCK
        if len(body) < size or any(data[at + BLOCK + size:end]) or end > len(data):
            raise Wrong(name, "the bytes behind it are not as they were written")
        found.append((name, body))
        at = end


# ── Ed25519 (RFC 8032), slowly and readably ──

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    if x2 % P == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * I % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    x = recover_x(y & ((1 << 255) - 1), y >> 255)
    y &= (1 << 255) - 1
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


@functools.lru_cache(maxsize=4096)
def signed(key, message, signature):
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0 and
            (left[1] * right[2] - right[1] * left[2]) % P == 0)


# ── the public log ──

def head_of(note, vkey):
    """(origin, size, root) of a checkpoint that this key signed."""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    if key_id != sha256(name.encode() + b"\n" + key)[:4].hex() or key[:1] != b"\x01":
        raise ValueError("the log's key is none")
    text, lines = note.split("\n\n", 1)
    text += "\n"
    for line in lines.split("\n"):
        if not line.startswith("\u2014 " + name + " "):
            continue
        blob = base64.b64decode(line.rsplit(" ", 1)[1], validate=True)
        if blob[:4].hex() == key_id and signed(key[1:], text.encode(), blob[4:]):
            origin, size, root = text.split("\n")[:3]
            if origin != name:
                raise ValueError("the checkpoint is another log's")
            return origin, int(size), base64.b64decode(root, validate=True)
    raise ValueError("the checkpoint does not bear the signature of the log's key")


def node(left, right):
    return sha256(b"\x01" + left + right)


def included(leaf, index, size, proof, root):
    if not 0 <= index < size:
        return False
    f, last, r = index, size - 1, sha256(b"\x00" + leaf)
    for p in proof:
        if last == 0:
            return False
        if f & 1 or f == last:
            r = node(p, r)
            while f and not f & 1:
                f, last = f >> 1, last >> 1
        else:
            r = node(r, p)
        f, last = f >> 1, last >> 1
    return last == 0 and r == root


def read(item, data):
    """A JSON value that is written as it must be."""
    try:
        value = json.loads(data)
    except ValueError:
        raise Wrong(item, "it is no JSON")
    if canonical(value) != data:
        raise Wrong(item, "it is not written as the desk writes it")
    return value


def checked_leaf(item, proof, log_key):
    """The line of the log that a proof is about, once the proof holds."""
    try:
        if proof["log_key"] != log_key or proof["format"] != "cordon-inclusion/1" or len(proof) != 6:
            raise ValueError("it is of another log")
        _, size, root = head_of(proof["checkpoint"], log_key)
        leaf = base64.b64decode(proof["leaf"], validate=True)
        hashes = [base64.b64decode(p, validate=True) for p in proof["proof"]]
        if not included(leaf, proof["index"], size, hashes, root):
            raise ValueError("the line does not stand in the log")
        if base64.b64encode(leaf).decode() != proof["leaf"] or any(
                base64.b64encode(h).decode() != p for h, p in zip(hashes, proof["proof"])):
            raise ValueError("a spelling that the desk does not write")
        return leaf
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Wrong(item, str(error))


def checked_row(item, row):
    """A row of the journal whose digest fits."""
    try:
        covered = {name: row[name] for name in ("actor", "answer", "at", "body", "leaf", "leaf_index", "prev", "seq",
                                                "token", "type")}
        if len(row) != 11 or sha256(canonical(covered)).hex() != row["digest"]:
            raise ValueError("the digest of row %s of the journal does not fit" % row.get("seq"))
        return row
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Wrong(item, str(error))


# ── time stamps (RFC 3161): what they say is read here; their signature takes OpenSSL ──

def der(data, at=0):
    """(tag, content, where it ends) of the value that begins there, with a length of DER."""
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7f
        size, at = int.from_bytes(data[at:at + count], "big"), at + count
    if at + size > len(data):
        raise ValueError("it ends too soon")
    return tag, data[at:at + size], at + size


def parts(data):
    found, at = [], 0
    while at < len(data):
        tag, content, at = der(data, at)
        found.append((tag, content))
    return found


def token_says(token):
    """(imprint, serial, genTime) of a TimeStampToken: SHA-256 over what, under which number, when."""
    _, content, end = der(token)
    if end != len(token):
        raise ValueError("bytes stand behind it")
    signed = parts(parts(parts(content)[1][1])[0][1])  # ContentInfo, [0], SignedData
    kind, wrapped = parts(signed[2][1])
    if kind[1] != bytes.fromhex("2a864886f70d0109100104"):
        raise ValueError("it is no time stamp")
    info = parts(der(parts(wrapped[1])[0][1])[1])  # TSTInfo: version, policy, imprint, serial, genTime
    algorithm, imprint = parts(info[2][1])
    if parts(algorithm[1])[0][1] != bytes.fromhex("608648016503040201"):
        raise ValueError("it is not over a SHA-256")
    return imprint[1], info[3][1].hex(), info[4][1].decode("ascii")


def checked_stamp(item, files, rows):
    """(rows that it is over, when, by whom, its token's file, imprint) of a stamp whose token is over what it says."""
    stamp = read(item, files[item])
    try:
        statement = stamp["statement"]
        size, root = statement["last"] - statement["first"] + 1, bytes.fromhex(statement["root"])
        imprint, serial, at = token_says(files[stamp["token_file"]])
        if imprint != sha256(canonical(statement)):
            raise ValueError("the token is over something else")
        if serial != stamp["serial"] or at[:14] != "".join(c for c in stamp["stamped_at"][:19] if c.isdigit()):
            raise ValueError("the token says another number or time")
        for row in stamp["rows"]:
            leaf = bytes.fromhex(rows[row["seq"]]["digest"])
            if not included(leaf, row["seq"] - statement["first"], size, [bytes.fromhex(p) for p in row["proof"]], root):
                raise ValueError("row %d of the journal is not under it" % row["seq"])
        return ({row["seq"] for row in stamp["rows"]}, stamp["stamped_at"], stamp["authority"], stamp["token_file"],
                imprint.hex())
    except (ValueError, KeyError, TypeError, IndexError, UnicodeDecodeError) as error:
        raise Wrong(item, str(error))


# ── all of it ──

def check(data, log_key=None):
    """Raises Wrong for what was changed; gives what there is: {"case", "items", "erased", "events", "log_key"}."""
    found = members(data)
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        raise Wrong(next(name for name in names if names.count(name) > 1), "it is there twice")
    files = dict(found)
    for name in ("manifest.json", "export.json"):
        if name not in files:
            raise Wrong(name, "it is missing")

    export = read("export.json", files["export.json"])
    try:
        own, row, proof, opening = export["log_key"], export["row"], export["proof"], export["opening"]
        if len(export) != 4:
            raise ValueError("it has other members")
        hidden, salt = opening["hidden"], bytes.fromhex(opening["salt"])
    except (ValueError, KeyError, TypeError) as error:
        raise Wrong("export.json", str(error))
    key = log_key or own
    leaf = checked_leaf("export.json", proof, key)
    if own != key:
        raise Wrong("export.json", "it is of another log")
    line = read("export.json", leaf)
    if len(opening) != 2 or opening["salt"] != salt.hex() or len(salt) != 32 or (
            line.get("commitment") != sha256(b"\x43" + salt + canonical(hidden)).hex()):
        raise Wrong("export.json", "the opening does not open the line of the log")
    checked_row("export.json", row)
    if row["leaf"] != sha256(leaf).hex() or row["leaf_index"] != proof["index"]:
        raise Wrong("export.json", "the row of the journal is not that of the line of the log")
    body = read("export.json", row["body"].encode())
    if row["type"] != "evidence_exported" or any(body.get(name) != hidden.get(name) for name in (
            "approver", "case", "custodian", "purpose")):
        raise Wrong("export.json", "the row of the journal does not say what the log commits to")
    if hidden.get("manifest") != sha256(files["manifest.json"]).hex():
        raise Wrong("manifest.json", "it is not the one that the log commits to")

    manifest = read("manifest.json", files["manifest.json"])
    listed = ["manifest.json", "export.json"] + [file["name"] for file in manifest["files"]]
    for name in names:
        if name not in listed:
            raise Wrong(name, "it does not belong to the archive")
    for file in manifest["files"]:
        if file["name"] not in files:
            raise Wrong(file["name"], "it is missing")
        content = files[file["name"]]
        if len(content) != file["size"] or sha256(content).hex() != file["sha256"]:
            raise Wrong(file["name"], "its bytes are not those that were exported")
    if names != listed:
        raise Wrong(next(n for n, l in zip(names, listed) if n != l), "it is not in its place")

    # From here on everything has its digest in the log; what follows says that it fits together.
    rows, before = {}, None
    for text in files["journal.jsonl"].splitlines():
        one = checked_row("journal.jsonl", read("journal.jsonl", text))
        if before and (one["seq"] <= before["seq"] or
                       (one["seq"] == before["seq"] + 1 and one["prev"] != before["digest"])):
            raise Wrong("journal.jsonl", "row %s does not follow the one before it" % one["seq"])
        rows[one["seq"]], before = one, one
    chains, events = {}, 0
    for text in files["custody.jsonl"].splitlines():
        event = read("custody.jsonl", text)
        chain = chains.setdefault(event["evidence"], [])
        item = "custody.jsonl, evidence " + event["evidence"]
        if event["seq"] != len(chain) + 1 or event["prev"] != (sha256(chain[-1]).hex() if chain else "0" * 64):
            raise Wrong(item, "an event is missing, doubled or out of its place")
        origin = rows.get(event["journal_seq"])
        if origin is None or origin["digest"] != event["journal_digest"] or (
                json.loads(origin["body"]).get("evidence", event["evidence"]) != event["evidence"]):
            raise Wrong(item, "an event that the journal does not know")
        chain.append(text)
        events += 1
    for name in files:
        if name.startswith("proofs/"):
            checked_leaf(name, read(name, files[name]), key)
    for item in manifest["items"]:
        if item["evidence"] not in chains:
            raise Wrong("evidence " + item["evidence"], "nothing is known of its custody")
        if "erased" not in item and sha256(files["items/" + item["evidence"]]).hex() != item["sha256"]:
            raise Wrong("evidence " + item["evidence"], "its bytes are not those of the manifest")
    stamps = [checked_stamp(name, files, rows) for name in files
              if name.startswith("stamps/") and name.endswith(".json")]
    stamped = set().union(*(stamp[0] for stamp in stamps))
    return {"case": manifest["case"], "log_key": own, "events": events, "stamps": stamps,
            "rows": len(rows), "stamped": len(stamped & set(rows)),
            "items": sum("erased" not in item for item in manifest["items"]),
            "erased": sum("erased" in item for item in manifest["items"])}


def main(arguments):
    key = None
    if len(arguments) == 3 and arguments[1] == "--key":
        key = arguments.pop()
        arguments.pop()
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], "rb") as file:
        data = file.read()
    try:
        told = check(data, key)
    except Wrong as wrong:
        print("CHANGED  " + str(wrong))
        return 1
    print("sound: case %(case)s, %(items)d pieces of evidence, %(erased)d erased, %(events)d events of custody" % told)
    print("log key: " + told["log_key"])
    for _, at, authority, file, imprint in told["stamps"]:
        print("time stamp: %s, by %s" % (at, authority))
        print("  its signature is not checked here; unpack the archive and ask:\n  openssl ts -verify -token_in -in %s "
              "-digest %s -CAfile stamps/pinned.pem\n  once you trust stamps/pinned.pem from somewhere else, or have "
              "the authority's own" % (file, imprint))
    if told["stamps"] or told["stamped"] < told["rows"]:
        print("rows of the journal under a time stamp: %(stamped)d of %(rows)d" % told)
    if key is None:
        print("not checked: whose key this is (give --key VKEY from where you trust it)")
    print("not checked: the bytes of what was erased; that no later line of the log takes this export back")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
