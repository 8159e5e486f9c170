#!/usr/bin/env python3
"""Verifies a notice of a desk, saved as it came (.eml): two officers approved exactly these bytes, and the public log
says so. Python's standard library and verify_log.py beside this file; docs/formats/notice.md has each step in words.

    python3 verify_notice.py notice.eml 'VKEY'

VKEY is the log's verifier key, from where you trust it. Prints yes or no, and exits 0 or 1.
"""
import base64, binascii, hashlib, json, os, re, sys
from datetime import datetime

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from verify_log import Wrong, included, key_of, leaf_hash, read_checkpoint, signed, unbase64


def must(holds, why):
    if not holds:
        raise Wrong(why)


def canonical(value):  # RFC 8785, for what stands in such lines: texts, whole numbers, lists, objects
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# The approved part, from its first header to the line break before the next boundary, and the attached proof.
def cut(mail):
    mail = b"\r\n".join(line.rstrip(b"\r") for line in mail.split(b"\n"))
    head, _, body = mail.partition(b"\r\n\r\n")
    found = re.search(rb'content-type: multipart/mixed;\s+boundary="([^"]+)"', head, re.IGNORECASE)
    must(found, "not a notice's mail")
    parts = (b"\r\n" + body).split(b"\r\n--" + found[1])
    must(len(parts) == 4 and parts[0] == b"" and parts[3].strip() == b"--", "expected two parts")
    approved, proof = parts[1].removeprefix(b"\r\n"), parts[2].removeprefix(b"\r\n")
    return approved, base64.b64decode(proof.partition(b"\r\n\r\n")[2], validate=False)


def read_proof(text):
    lines = text.split(b"\n")
    must(lines[0] == b"c2sp.org/tlog-proof@v1", "the attachment is no tlog-proof")
    extra = json.loads(unbase64(lines[1].decode().removeprefix("extra ")))
    index = int(lines[2].decode().removeprefix("index "))
    end = lines.index(b"")
    return extra, index, [unbase64(line.decode()) for line in lines[3:end]], b"\n".join(lines[end + 1:])


def time(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def verify(mail, log):
    approved, attachment = cut(mail)
    extra, index, path, note = read_proof(attachment)
    size, root, cosigned = read_checkpoint(note, log, [key_of(vkey, 4) for vkey in extra["witnesses"]])
    leaf = unbase64(extra["leaf"])
    must(included(index, size, leaf_hash(leaf), path, root), "the line does not stand under the checkpoint")

    line, opening = json.loads(leaf), extra["opening"]
    hidden = opening["hidden"]
    commitment = hashlib.sha256(b"\x43" + bytes.fromhex(opening["salt"]) + canonical(hidden)).hexdigest()
    must(commitment == line["commitment"], "the opening does not open the line")

    statement = json.loads(hidden["statement"])
    said = hidden["statement"].encode()
    proposer, approver = hidden["signers"]
    for who, role, text in (
        (proposer, "analyst", b"cordon/proposes/1\n" + said),
        (approver, "approver", ("cordon/approves/1\n%s\n%s\n" % (approver["officer"], approver["at"])).encode() + said),
    ):
        must(who["role"] == role, "expected the signature of an " + role)
        must(signed(unbase64(who["key"]), text, unbase64(who["signature"])), "the %s's signature is wrong" % role)
    must(proposer["officer"] != approver["officer"] and proposer["key"] != approver["key"], "one person signed twice")
    must(proposer["officer"] == statement["proposer"], "somebody else proposed it")
    must(0 <= (time(approver["at"]) - time(statement["at"])).total_seconds() <= 72 * 3600, "not approved in 72 hours")
    must(hashlib.sha256(approved).hexdigest() == statement["body"] == hidden["body"], "these are not the approved bytes")

    plain = line["plain"]
    key_ids = [hashlib.sha256(b"cordon/officer-key/1\n" + unbase64(who["key"])).hexdigest()[:16] for who in hidden["signers"]]
    must(line["type"] == "decision" and line["state_to"] == "effective" and line["desk"] == log[0]
         and line["object_id"] == statement["proposal"] and line["category"] == statement["matter"]
         and line["kind"] == statement["kind"] and line["charter_digest"] == statement["charter"]
         and line["annex_digest"] == statement["annex"] and line["t"] == approver["at"]
         and all(plain[member] == statement[member] for member in
                 ("effect", "recipient", "binding", "national_article", "reply_by", "sunset_at"))
         and plain["signers"] == [{"key_id": key_ids[0], "role": "analyst"}, {"key_id": key_ids[1], "role": "approver"}],
         "the public line says something else than what was signed")
    letters = base64.b32encode(leaf_hash(leaf)[:10]).decode()
    return "notice %s, code %s, line %d of %d, cosigned by %s" % (
        statement["notice"], "-".join(letters[i:i + 4] for i in range(0, 16, 4)), index, size,
        ", ".join(cosigned) or "nobody")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as mail:
            print("yes: " + verify(mail.read(), key_of(arguments[1], 1)))
        return 0
    except (Wrong, KeyError, ValueError, TypeError, IndexError, binascii.Error) as error:
        print("no: %s" % (error if isinstance(error, Wrong) else "not as a desk writes it (%r)" % error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
