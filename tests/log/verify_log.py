#!/usr/bin/env python3
"""verify_log.py FOLDER|URL VKEY [--witness VKEY]... [--quorum N] [--before CHECKPOINT] [--lines] [--proofs FILE]

Checks a C2SP tlog-tiles log from its files alone, with Python's standard library and nothing of ours: the checkpoint's
signature, every line, every tile, the root; and the cosignatures of the witnesses that are named. docs/formats/log.md
describes the bytes. --before CHECKPOINT: the log begins with the one that this file, which you kept, was signed over.
--lines prints the lines themselves instead of a verdict, once all of it was checked. --proofs FILE checks proofs too, one JSON object a line:
  {"index","size","root","leaf","proof"} or {"old","old_root","size","root","proof"}, hashes in base64, the leaf in hex.
Prints one line and exits 0, or says what is wrong and exits 1; 2 for usage.
"""
import base64, binascii, hashlib, json, os, sys, urllib.error, urllib.request

# ── Ed25519 verification (RFC 8032, 5.1.7), slow and plain ──
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    t = (a[1] - a[0]) * (b[1] - b[0]) % P
    u = (a[1] + a[0]) * (b[1] + b[0]) % P
    v = 2 * a[3] * b[3] * D % P
    w = 2 * a[2] * b[2] % P
    e, f, g, h = u - t, w - v, w + v, u + t
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point = add(point, point)
        n >>= 1
    return out


def point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ── notes, checkpoints, cosignatures ──
class Wrong(Exception):
    pass


def unbase64(text):
    try:
        out = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("not base64: %r" % text)
    if base64.b64encode(out).decode() != text:
        raise Wrong("base64 with stray bits: %r" % text)
    return out


def key_of(vkey, kind):
    name, hexed, rest = vkey.split("+", 2)
    raw = unbase64(rest)
    if raw[0] != kind or len(raw) != 33:
        raise Wrong("a key of another kind: " + vkey)
    identity = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if identity.hex() != hexed:
        raise Wrong("the key id does not fit: " + vkey)
    return name, identity, raw[1:]


def open_note(note):
    text, _, tail = note.rpartition(b"\n\n")
    if not text or not tail.endswith(b"\n"):
        raise Wrong("the checkpoint is no signed note")
    text += b"\n"
    lines = []
    for line in tail.decode().split("\n")[:-1]:
        dash, name, body = line.split(" ", 2)
        if dash != "\u2014":
            raise Wrong("not a signature: %r" % line)
        raw = unbase64(body)
        lines.append((name, raw[:4], raw[4:]))
    return text, lines


def read_checkpoint(note, log, witnesses):
    name, identity, key = log
    text, lines = open_note(note)
    ours = [s for n, i, s in lines if n == name and i == identity]
    if not ours or not all(signed(key, text, s) for s in ours):
        raise Wrong("the checkpoint is not signed by " + name)
    origin, size, root = text.decode().split("\n")[:3]
    if origin != name:
        raise Wrong("the checkpoint is of another log, " + origin)
    cosigned = []
    for wname, widentity, wkey in witnesses:
        for n, i, s in lines:
            if n != wname or i != widentity:
                continue
            seconds = int.from_bytes(s[:8], "big")
            if seconds == 0 or not signed(wkey, b"cosignature/v1\ntime %d\n" % seconds + text, s[8:]):
                raise Wrong("the cosignature by %s is wrong" % wname)
            cosigned.append(wname)
            break
    if size != str(int(size)):
        raise Wrong("the size is written in another way")
    return int(size), unbase64(root), cosigned


# ── the tree (RFC 6962, 2.1) ──
def leaf_hash(line):
    return hashlib.sha256(b"\x00" + line).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    return 1 << (n - 1).bit_length() - 1


def mth(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node(mth(hashes[:k]), mth(hashes[k:]))


def included(index, size, leaf, proof, root):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return False
    f, last, r = index, size - 1, leaf
    for p in proof:
        if last == 0:
            return False
        if f & 1 or f == last:
            r = node(p, r)
            while not f & 1 and f:
                f, last = f >> 1, last >> 1
        else:
            r = node(r, p)
        f, last = f >> 1, last >> 1
    return last == 0 and r == root


def consistent(old, old_root, size, root, proof):
    """RFC 9162, 2.1.4.2."""
    if old > size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof
    proof = list(proof)
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    f, last = old - 1, size - 1
    while f & 1:
        f, last = f >> 1, last >> 1
    a = b = proof[0]
    for c in proof[1:]:
        if last == 0:
            return False
        if f & 1 or f == last:
            a, b = node(c, a), node(c, b)
            while not f & 1 and f:
                f, last = f >> 1, last >> 1
        else:
            b = node(b, c)
        f, last = f >> 1, last >> 1
    return last == 0 and a == old_root and b == root


# ── the files ──
def fetch(place, path):
    if place.startswith(("http://", "https://")):
        try:
            with urllib.request.urlopen(place.rstrip("/") + "/" + path, timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Wrong("%s: HTTP %d" % (path, error.code))
    try:
        with open(os.path.join(place, path), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def tile(place, level, index, width, item):
    """The tile's bytes, cut to `width` items: a partial tile may have grown full meanwhile."""
    groups, rest = ["%03d" % (index % 1000)], index // 1000
    while rest:
        groups.insert(0, "x%03d" % (rest % 1000))
        rest //= 1000
    path = "tile/%s/%s" % (level, "/".join(groups))
    names = [path] if width == 256 else ["%s.p/%d" % (path, width), path]
    for name in names:
        found = fetch(place, name)
        if found is not None:
            return item(found, width, name)
    raise Wrong(names[0] + " is missing")


def lines_of(raw, width, name):
    out = []
    while len(out) < width:
        size = int.from_bytes(raw[:2], "big")
        if len(raw) < 2 + size:
            raise Wrong(name + " ends inside an entry")
        out.append(raw[2 : 2 + size])
        raw = raw[2 + size :]
    return out


def hashes_of(raw, width, name):
    if len(raw) % 32 or len(raw) < 32 * width:
        raise Wrong(name + " has another length")
    return [raw[i * 32 : i * 32 + 32] for i in range(width)]


def verify(place, log, witnesses, before=None, show=None):
    note = fetch(place, "checkpoint")
    if note is None:
        raise Wrong("checkpoint is missing")
    size, root, cosigned = read_checkpoint(note, log, witnesses)
    hashes = []
    for index in range((size + 255) // 256):
        lines = tile(place, "entries", index, min(256, size - 256 * index), lines_of)
        hashes += [leaf_hash(line) for line in lines]
        if show is not None:
            show += lines
    if mth(hashes) != root:
        raise Wrong("the lines do not give the root that is signed")
    if before is not None:
        old, old_root, _ = read_checkpoint(before, log, [])
        if old > size:
            raise Wrong("the log is shorter than it was: %d lines, and %d before" % (size, old))
        if mth(hashes[:old]) != old_root:
            raise Wrong("the first %d lines are not those that were signed before: publish both checkpoints" % old)
    level = 0
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            here = hashes[256 * index : 256 * index + 256]
            if tile(place, level, index, len(here), hashes_of) != here:
                raise Wrong("tile %d of level %d is not that of its lines" % (index, level))
        hashes = [mth(hashes[256 * i : 256 * i + 256]) for i in range(len(hashes) // 256)]
        level += 1
    return size, root, cosigned


def check_proofs(path):
    count = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            proof = [unbase64(p) for p in item["proof"]]
            root = unbase64(item["root"])
            if "leaf" in item:
                right = included(item["index"], item["size"], leaf_hash(bytes.fromhex(item["leaf"])), proof, root)
            else:
                right = consistent(item["old"], unbase64(item["old_root"]), item["size"], root, proof)
            if right != item.get("right", True):
                raise Wrong("proof %d of %s is %s" % (count + 1, path, "taken" if right else "not taken"))
            count += 1
    return count


def main(arguments):
    witnesses, proofs, quorum, before, show, plain = [], None, None, None, None, []
    try:
        while arguments:
            word = arguments.pop(0)
            if word == "--witness":
                witnesses.append(key_of(arguments.pop(0), 0x04))
            elif word == "--proofs":
                proofs = arguments.pop(0)
            elif word == "--quorum":
                quorum = int(arguments.pop(0))
            elif word == "--before":
                with open(arguments.pop(0), "rb") as kept:
                    before = kept.read()
            elif word == "--lines":
                show = []
            else:
                plain.append(word)
        place, vkey = plain
    except (IndexError, ValueError):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        size, root, cosigned = verify(place, key_of(vkey, 0x01), witnesses, before, show)
        if len(cosigned) < (len(witnesses) if quorum is None else quorum):
            raise Wrong("cosigned by %d of %d witnesses" % (len(cosigned), len(witnesses)))
        checked = check_proofs(proofs) if proofs else 0
    except Wrong as wrong:
        print("no: %s" % wrong, file=sys.stdout if show is None else sys.stderr)
        return 1
    if show is not None:
        sys.stdout.buffer.write(b"".join(line + b"\n" for line in show))
        return 0
    print("yes: %d lines, root %s, cosigned by %s; %d proofs" % (size, root.hex(), ", ".join(cosigned) or "nobody", checked))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
