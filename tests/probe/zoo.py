"""Hostile places for cordon-probe, played in network namespaces that this script makes (tests/probe/zoo_test.cc starts it
in a user namespace of its own; nothing of it reaches a network).

    zoo.py PROBE pages     every page is looked at once; one JSON line a page, then one with what was counted
    zoo.py PROBE fence     the fence alone: what a hostile program inside of it would try

The world is one namespace with a name server, web servers on public addresses and a listening network inside, whose packets
the kernel counts; the probe has another, and a pair of virtual cables between them.
"""

import collections
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

PROBE, WHAT = sys.argv[1], sys.argv[2]
RESOLVER, SERVER, SERVER6 = "11.0.0.1", "44.1.0.1", "2a00:1::1"
INSIDE4 = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "0.0.0.0",
           "192.0.2.1", "224.0.0.1", "255.255.255.255"]
INSIDE6 = ["::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2001:db8::1", "ff02::1"]
MOST_SECONDS, MOST_MEMORY = 30, 200 << 20


def run(*command, data=None):
    return subprocess.run(command, input=data, check=True, capture_output=True, text=True, timeout=60).stdout


def build_world():
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    run("ip", "netns", "add", "probe")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "w0", "type", "veth", "peer", "name", "p0", "netns", "probe")
    run("ip", "link", "set", "w0", "up")
    run("ip", "addr", "add", "11.0.0.1/24", "dev", "w0")
    run("ip", "-6", "addr", "add", "2a00:1::1/64", "dev", "w0", "nodad")
    for address in [SERVER + "/32", "44.1.0.2/32", "10.0.0.1/32", "192.168.1.1/32", "172.16.0.1/32", "169.254.169.254/32",
                    "100.64.0.1/32", "198.18.0.1/32", "192.0.2.1/32"]:
        run("ip", "addr", "add", address, "dev", "lo")
    for address in ["fd00::1/128", "64:ff9b::a00:1/128", "2002:a00:1::1/128", "2001:db8::1/128"]:
        run("ip", "-6", "addr", "add", address, "dev", "lo", "nodad")
    for command in ["link set lo up", "link set p0 up", "addr add 11.0.0.2/24 dev p0", "route add default via 11.0.0.1",
                    "-6 addr add 2a00:1::2/64 dev p0 nodad", "-6 route add default via 2a00:1::1"]:
        run("ip", "-n", "probe", *command.split())
    run("nft", "-f", "-", data="""
        table inet zoo {
          chain arriving {
            type filter hook prerouting priority -300; policy accept;
            iif w0 ip daddr { 10.0.0.0/8, 127.0.0.0/8, 192.168.0.0/16, 172.16.0.0/12, 169.254.0.0/16, 100.64.0.0/10,
                              198.18.0.0/15, 192.0.2.0/24, 224.0.0.0/3, 0.0.0.0/8 } counter
            iif w0 ip6 daddr { fc00::/7, 64:ff9b::/96, 2002::/16, 2001:db8::/32, ::/96 } counter
            iif w0 tcp dport { 22, 25, 70 } counter
          }
        }
    """)


def packets_inside():
    """Those that reached the network inside, and those on the loopback of the probe's own namespace."""
    rules = json.loads(run("nft", "-j", "list", "table", "inet", "zoo"))["nftables"]
    counted = sum(part["counter"]["packets"] for rule in rules if "rule" in rule for part in rule["rule"]["expr"]
                  if "counter" in part)
    for line in run("ip", "netns", "exec", "probe", "cat", "/proc/net/dev").splitlines():
        if line.strip().startswith("lo:"):
            counted += int(line.split()[2])
    return counted


# ── the name server ──

ASKED = {}  # name → how often


def name_bytes(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def record(name, kind, data, ttl=0):
    return name_bytes(name) + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def a(name, address):
    return record(name, 1, socket.inet_pton(socket.AF_INET, address))


def aaaa(name, address):
    return record(name, 28, socket.inet_pton(socket.AF_INET6, address))


def soa(name):
    return record(name, 6, name_bytes("ns." + name) + name_bytes("root." + name) + struct.pack(">5I", 1, 2, 3, 4, 5))


def cname(name, to):
    return record(name, 5, name_bytes(to))


def reply(question, answers=(), authority=(), code=0, flags=0x8180, id=None):
    head = struct.pack(">HHHHHH", question["id"] if id is None else id, flags | code, 1, len(answers), len(authority), 0)
    return head + question["bytes"] + b"".join(answers) + b"".join(authority)


def answer_dns(question):
    name, kind = question["name"], question["kind"]
    label = name.split(".")[0]
    if name == "":
        return reply(question, [soa("")])
    times = ASKED[(name, kind)] = ASKED.get((name, kind), 0) + 1
    first = {"rebind": SERVER if times == 1 else "127.0.0.1", "rebind10": SERVER if times == 1 else "10.0.0.1"}
    if label in first:
        return reply(question, [a(name, first[label])] if kind == 1 else [])
    if label == "aaaaloop":
        return reply(question, [a(name, SERVER)] if kind == 1 else [aaaa(name, "::1")])
    if label == "mixed":
        return reply(question, [a(name, "10.0.0.1"), a(name, SERVER), a(name, "127.0.0.1")] if kind == 1 else [])
    if label.startswith("in4-"):
        return reply(question, [a(name, label[4:].replace("-", "."))] if kind == 1 else [])
    if label.startswith("in6-"):
        return reply(question, [aaaa(name, INSIDE6[int(label[4:])])] if kind == 28 else [])
    if label == "six":
        return reply(question, [aaaa(name, SERVER6)] if kind == 28 else [])
    if label == "chain":
        return reply(question, [cname(name, "b.example.net"), cname("b.example.net", "c.example.net"),
                                a("c.example.net", SERVER)] if kind == 1 else [])
    if label == "chaininside":
        return reply(question, [cname(name, "b.example.net"), a("b.example.net", "169.254.169.254")] if kind == 1 else [])
    if label == "ring":
        return reply(question, [cname(name, "b.example.net"), cname("b.example.net", name)])
    if label == "longchain":
        names = [name] + ["c%d.example.net" % i for i in range(20)]
        return reply(question, [cname(x, y) for x, y in zip(names, names[1:])] + [a(names[-1], SERVER)])
    if label == "othername":
        return reply(question, [a("other.example.net", "10.0.0.1")])
    if label == "wrongid":
        return reply(question, [a(name, "10.0.0.1")], id=question["id"] ^ 1)
    if label == "cut":
        return reply(question, flags=0x8380)
    if label == "garbage":
        return b"\xff" * 200
    if label == "tiny":
        return b"\0"
    if label == "pointers":
        return reply(question)[:-0 or None][:6] + struct.pack(">HHH", 1, 0, 0) + question["bytes"] + b"\xc0\x0c" * 3
    if label == "selfpointer":
        at = 12 + len(question["bytes"])
        return struct.pack(">HHHHHH", question["id"], 0x8180, 1, 1, 0, 0) + question["bytes"] + struct.pack(
            ">HHHIH", 0xC000 | at, 1, 1, 0, 4) + b"\x0a\0\0\1"
    if label == "gone":
        return reply(question, authority=[soa("example.com")], code=3)
    if label == "gonebyword":
        return reply(question, code=3)
    if label == "failing":
        return reply(question, code=2)
    if label == "refusing":
        return reply(question, code=5)
    if label == "silent":
        return None
    if label == "many":
        return reply(question, [a(name, "44.2.%d.%d" % (i // 250, i % 250 + 1)) for i in range(150)] if kind == 1 else [])
    if label == "most":
        return reply(question, [a(name, SERVER)] * 60 if kind == 1 else [])
    if label == "nodoor":
        return reply(question, [a(name, "44.1.0.2")] if kind == 1 else [])
    return reply(question, [a(name, SERVER)] if kind == 1 else [])


def serve_dns():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((RESOLVER, 53))
    while True:
        data, who = sock.recvfrom(4096)
        at, labels = 12, []
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        question = {"id": struct.unpack(">H", data[:2])[0], "name": ".".join(labels),
                    "kind": struct.unpack(">H", data[at + 1:at + 3])[0], "bytes": data[12:at + 5]}
        answer = answer_dns(question)
        if answer:
            sock.sendto(answer, who)


# ── the web servers ──

REQUESTS = []  # (host, path, bytes of the head)
BOMB = zlib.compress(b"\0" * (256 << 20), 9)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def page(body, head=b"", status=b"200 OK"):
    return b"HTTP/1.1 " + status + b"\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def drip(conn, pieces, pause):
    for piece in pieces:
        conn.sendall(piece)
        time.sleep(pause)


def endless(conn, head, piece):
    conn.sendall(head)
    while True:
        conn.sendall(piece)


def answer_http(conn, path):
    what = path.split("/")[2]
    if what == "to":
        number = int(path.split("/")[3])
        status = [b"301 A", b"302 B", b"303 C", b"307 D", b"308 E"][number % 5]
        return conn.sendall(page(b"moved", b"Location: " + REDIRECTS[number].encode() + b"\r\n", status))
    simple = {
        "fine": page(b"a page"),
        "meta": page(b'<meta http-equiv=refresh content="0;url=http://10.0.0.1/">'),
        "js": page(b'<script>location="http://169.254.169.254/";fetch("http://10.0.0.1/")</script>'),
        "img": page(b'<img src="http://10.0.0.1/x"><link rel=prefetch href="http://127.0.0.1/"><iframe src="file:///">'),
        "webrtc": page(b'<script>new RTCPeerConnection({iceServers:[{urls:"stun:10.0.0.1"}]}).createOffer()</script>'),
        "worker": page(b'<script>navigator.serviceWorker.register("/z/fine")</script>'),
        "exfil": page(b'<script>new Image().src="http://secret.leak.example.net/"</script>'),
        "refresh": page(b"x", b"Refresh: 0; url=http://10.0.0.1/\r\n"),
        "contentlocation": page(b"x", b"Content-Location: http://10.0.0.1/\r\n"),
        "link": page(b"x", b"Link: <http://10.0.0.1/>; rel=preload\r\n"),
        "altsvc": page(b"x", b'Alt-Svc: h2="10.0.0.1:443"; ma=99999\r\n'),
        "hsts": page(b"x", b"Strict-Transport-Security: max-age=99999; includeSubDomains\r\n"),
        "gzip": page(BOMB, b"Content-Encoding: deflate\r\n"),
        "gziplie": page(b"not gzip", b"Content-Encoding: gzip, br, zstd\r\n"),
        "download": page(b"MZ" + b"\0" * 1000, b'Content-Disposition: attachment; filename="../../etc/x"\r\n'),
        "websocket": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello",
        "chunksize": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n",
        "chunkhuge": OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nxx\r\n",
        "chunkcut": OK + b"Transfer-Encoding: chunked\r\n\r\n100\r\nxx",
        "minus": OK + b"Content-Length: -1\r\n\r\nxx",
        "twolengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nxxx",
        "short": OK + b"Content-Length: 1000\r\n\r\nxx",
        "old": b"<html>an answer of HTTP 0.9</html>",
        "h2": b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18,
        "nothing": b"",
        "junk": os.urandom(3000),
        "status999": page(b"x", status=b"999 No"),
        "status0": b"HTTP/1.1 000 No\r\n\r\n",
        "statuslong": b"HTTP/1.1 200000000 OK\r\n\r\n",
        "nul": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 1\r\n\r\nx",
        "cookies": page(b"x", b"Set-Cookie: a=b\r\n" * 100),
        "body204": b"HTTP/1.1 204 No\r\n\r\nxxxxxxxx",
        "body304": b"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\nxxxxx",
        "basic": page(b"x", b"WWW-Authenticate: Basic realm=x\r\n", b"401 No"),
        "ntlm": page(b"x", b"WWW-Authenticate: NTLM\r\nWWW-Authenticate: Negotiate\r\n", b"401 No"),
        "proxy": page(b"x", b"Proxy-Authenticate: Basic\r\n", b"407 No"),
        "gone404": page(b"nothing here", status=b"404 Not Found"),
        "gone410": page(b"nothing here", status=b"410 Gone"),
        "law451": page(b"nothing here", status=b"451 Law"),
        "error500": page(b"x", status=b"500 Oh"),
        "folded": b"HTTP/1.1 200 OK\r\nLocation: http://10.0.0.1/\r\n  more\r\nContent-Length: 1\r\n\r\nx",
    }
    if what in simple:
        return conn.sendall(simple[what])
    if what == "endless":
        endless(conn, OK + b"\r\n", b"x" * 65536)
    if what == "endlesschunks":
        endless(conn, OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000)
    if what == "headerbomb":
        endless(conn, OK, b"X-%s: y\r\n" % (b"a" * 1000))
    if what == "headerline":
        endless(conn, OK + b"X: ", b"y" * 65536)
    if what == "statusline":
        endless(conn, b"HTTP/1.1 200 ", b"y" * 65536)
    if what == "flood1xx":
        endless(conn, b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 100)
    if what == "flood103":
        endless(conn, b"", b"HTTP/1.1 103 Early Hints\r\nLink: <http://10.0.0.1/>; rel=preload\r\n\r\n" * 100)
    if what == "trailers":
        endless(conn, OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"T: y\r\n" * 1000)
    if what == "dripbody":
        drip(conn, [OK + b"\r\n"] + [b"x"] * 1000, 0.5)
    if what == "driphead":
        drip(conn, [b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 1000, 0.5)
    if what == "dripchunks":
        drip(conn, [OK + b"Transfer-Encoding: chunked\r\n\r\n"] + [b"1\r\nx\r\n"] * 1000, 0.5)
    if what == "silence":
        time.sleep(40)
    if what == "reset":
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_head(conn):
    head = b""
    conn.settimeout(45)
    while b"\r\n\r\n" not in head and len(head) < 65536:
        more = conn.recv(4096)
        if not more:
            break
        head += more
    return head


def talk(conn):
    try:
        head = read_head(conn)
        if head:
            path = head.split(b" ")[1].decode()
            host = [line[6:].decode() for line in head.split(b"\r\n") if line.lower().startswith(b"host: ")]
            REQUESTS.append((host[0] if host else "", path, head))
            answer_http(conn, path)
    except (OSError, IndexError):
        pass
    finally:
        try:
            conn.close()
        except OSError:
            pass


def talk_tls(conn, how):
    try:
        if how == "junk":
            conn.recv(4096)
            conn.sendall(os.urandom(3000))
        elif how == "plain":
            conn.recv(4096)
            conn.sendall(page(b"plain"))
        elif how == "silent":
            time.sleep(40)
        elif how == "alert":
            conn.recv(4096)
            conn.sendall(b"\x15\x03\x03\x00\x02\x02\x28")
        elif how == "hugerecord":
            conn.recv(4096)
            endless(conn, b"\x16\x03\x03\xff\xff", b"\0" * 65536)
        else:
            context = CONTEXTS[how]
            return talk(context.wrap_socket(conn, server_side=True))
    except (OSError, ssl.SSLError):
        pass
    conn.close()


TLS_PORTS = {443: "own", 8440: "junk", 8441: "plain", 8442: "silent", 8443: "alert", 8444: "hugerecord", 8445: "chain"}
CONTEXTS = {}


def make_certificates(folder):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
        "/CN=other.example.net", "-keyout", folder + "/key", "-out", folder + "/cert")
    with open(folder + "/cert") as file:
        one = file.read()
    with open(folder + "/chain", "w") as file:
        file.write(one * 100)
    for how, file in [("own", "/cert"), ("chain", "/chain")]:
        CONTEXTS[how] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        CONTEXTS[how].load_cert_chain(folder + file, folder + "/key")


def serve(address, port, how=None):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((address, port))
    listener.listen(200)
    while True:
        conn, _ = listener.accept()
        target, args = (talk_tls, (conn, how)) if how else (talk, (conn,))
        threading.Thread(target=target, args=args, daemon=True).start()


# ── the pages ──

REDIRECTS = ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/",
             "http://169.254.169.254/latest/meta-data/", "http://[fd00::1]/", "http://10.0.0.1/", "http://192.168.1.1/",
             "http://172.16.0.1/", "http://100.64.0.1/", "http://198.18.0.1/", "http://2130706433/", "http://0x7f000001/",
             "http://017700000001/", "http://127.1/", "http://0x7f.1/", "file:///etc/passwd", "gopher://10.0.0.1:70/_x",
             "ftp://10.0.0.1/", "dict://10.0.0.1:22/", "javascript:alert(1)", "http://localhost/", "//10.0.0.1/x",
             "http://10.0.0.1:22/", "http://[64:ff9b::a00:1]/", "http://user:pass@10.0.0.1/", "http://in4-10-0-0-1.example.com/",
             "http://" + "a" * 5000 + ".example.com/", "https://169.254.169.254/"]


def pages():
    """(name, url, expected members of the look)"""
    at = "http://zoo.example.com/z/"
    answered = {"name": "found", "door": "opened", "page": "answered"}
    for number, to in enumerate(REDIRECTS):
        status = [301, 302, 303, 307, 308][number % 5]
        own = to.startswith("http://in4-")  # of the same registered name: still this site, and nobody goes there
        yield "redirect " + to[:40], at + "to/%d" % number, {**answered, "status": status, "elsewhere": not own}
    for what in ["fine", "meta", "js", "img", "webrtc", "worker", "exfil", "refresh", "contentlocation", "link", "altsvc", "hsts",
                 "gzip", "gziplie", "download", "cookies", "folded"]:
        yield what, at + what, {**answered, "status": 200, "whole": True}
    for what, status in [("gone404", 404), ("gone410", 410), ("law451", 451), ("error500", 500), ("basic", 401), ("ntlm", 401),
                         ("proxy", 407), ("body204", 204), ("body304", 304), ("status999", 999)]:
        yield what, at + what, {**answered, "status": status}
    for what in ["endless", "endlesschunks", "dripbody", "dripchunks", "chunkhuge", "chunksize", "chunkcut", "short", "trailers"]:
        yield what, at + what, {**answered, "status": 200, "whole": False}
    for what in ["headerbomb", "headerline", "statusline", "flood1xx", "flood103", "driphead", "silence", "reset", "nothing",
                 "junk", "old", "h2", "websocket", "status0", "nul"]:
        yield what, at + what, {"name": "found", "door": "opened", "page": "cut", "status": 0}
    for what in ["minus", "twolengths", "statuslong"]:  # libcurl's to read; whatever it makes of it, it ends
        yield what, at + what, {"name": "found", "door": "opened"}
    for name in ["rebind", "rebind10", "aaaaloop", "chain", "six", "most"]:
        yield "dns " + name, "http://%s.example.com/z/fine" % name, {**answered, "status": 200}
    yield "dns mixed", "http://mixed.example.com/z/fine", {**answered, "status": 200}
    untried = {"door": "untried", "other_door": "untried", "page": "untried"}
    for address in INSIDE4:
        yield "dns to " + address, "http://in4-%s.example.com/" % address.replace(".", "-"), {"name": "inside", **untried}
    for number, address in enumerate(INSIDE6):
        yield "dns to " + address, "http://in6-%d.example.com/" % number, {"name": "inside", **untried}
    yield "dns chaininside", "http://chaininside.example.com/", {"name": "inside", **untried}
    for name in ["ring", "longchain", "wrongid", "cut", "garbage", "tiny", "pointers", "selfpointer", "failing", "refusing",
                 "silent", "many"]:
        yield "dns " + name, "http://%s.example.com/" % name, {"name": "unanswered", "resolver": True, **untried}
    yield "dns othername", "http://othername.example.com/", {"name": "none", **untried}
    yield "dns gone", "http://gone.example.com/", {"name": "none", "zone_denies": True, **untried}
    yield "dns gonebyword", "http://gonebyword.example.com/", {"name": "none", "zone_denies": False, **untried}
    yield "no door", "http://nodoor.example.com/", {"name": "found", "door": "closed", "other_door": "closed", "page": "untried"}
    yield "no way", "http://9.9.9.9/", {"name": "literal", "door": "silent", "other_door": "silent", "page": "untried"}
    tls = "https://tls.example.com"
    yield "tls wrong name", tls + "/z/fine", {**answered, "status": 200, "certificate": False}
    for port, how in TLS_PORTS.items():
        if how == "chain":
            yield "tls chain", tls + ":%d/z/fine" % port, {"name": "found", "door": "opened"}
        elif how != "own":
            yield "tls " + how, tls + ":%d/z/fine" % port, {"name": "found", "door": "opened", "page": "no_handshake"}
    # What no look is taken at; the exit code says so, and nothing is sent.
    for url in ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://2130706433/", "http://0x7f.1/",
                "http://017700000001/", "http://169.254.169.254/", "http://[fd00::1]/", "ftp://zoo.example.com/",
                "http://[64:ff9b::a00:1]/", "file:///etc/passwd", "gopher://10.0.0.1/"]:
        yield "never " + url, url, None


Seen = collections.namedtuple("Seen", "code out err seconds memory")


def most_memory_of(pid):
    try:
        with open("/proc/%d/status" % pid) as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def look(url):
    started = time.monotonic()
    child = subprocess.Popen([PROBE, "--namespace", "probe", "--resolver", RESOLVER], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    child.stdin.write(json.dumps({"kind": "url", "value": url}))
    child.stdin.close()
    memory = 0
    while child.poll() is None:  # a line each at the end: neither fills its pipe
        memory = max(memory, most_memory_of(child.pid))
        time.sleep(0.02)
    return Seen(child.returncode, child.stdout.read(), child.stderr.read(), time.monotonic() - started, memory)


def look_at_pages():
    failures, done, lock = [], [0, 0.0, 0], threading.Lock()
    todo = list(pages())
    # The slow ones first, so that all are over soon.
    slow = ("drip", "silence", "silent", "driphead")
    todo.sort(key=lambda one: not any(word in one[0] for word in slow))
    queue = iter(todo)

    def work():
        while True:
            with lock:
                one = next(queue, None)
            if one is None:
                return
            name, url, expected = one
            seen, wrong = look(url), []
            if expected is None:
                if seen.code not in (3, 4) or seen.out:
                    wrong.append("looked at: exit %d %s" % (seen.code, seen.out))
            elif seen.code != 0:
                wrong.append("exit %d: %s" % (seen.code, seen.err.strip()))
            else:
                members = json.loads(seen.out)
                wrong += ["%s is %r, not %r" % (key, members.get(key), value) for key, value in expected.items()
                          if members.get(key) != value]
            if seen.seconds > MOST_SECONDS or seen.memory > MOST_MEMORY:
                wrong.append("took %.1f s, %d MiB" % (seen.seconds, seen.memory >> 20))
            with lock:
                done[0] += 1
                done[1] = max(done[1], seen.seconds)
                done[2] = max(done[2], seen.memory)
                failures.extend(name + ": " + what for what in wrong)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for host, path, head in REQUESTS:
        for header in (b"\r\ncookie:", b"\r\nreferer:", b"\r\naccept-encoding:", b"\r\nauthorization:", b"\r\nupgrade:"):
            if header in head.lower():
                failures.append("a request has %r: %s" % (header, path))
        if b"User-Agent: Mozilla/5.0\r\n" not in head:
            failures.append("a request names its program: %r" % head)
    asked = {}
    for host, path, _ in REQUESTS:
        asked[(host, path)] = asked.get((host, path), 0) + 1
    failures += ["asked %d times: %s%s" % (times, *where) for where, times in asked.items() if times > 2 and where[1] != "/z/fine"]
    failures += ["a name that no page has was asked for: " + name for name, _ in ASKED
                 if not name.endswith(".example.com") or "leak" in name]
    return {"pages": done[0], "slowest": round(done[1], 1), "memory_mib": done[2] >> 20, "failures": failures}


def try_the_fence():
    """The firewall as one look left it, and a program in the namespace that means harm."""
    seen = look("http://zoo.example.com/z/fine")
    failures = [] if seen.code == 0 else ["exit %d: %s" % (seen.code, seen.err.strip())]
    harm = """
import socket, sys
for address in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind, port in [(socket.SOCK_STREAM, 80), (socket.SOCK_STREAM, 22), (socket.SOCK_DGRAM, 53), (socket.SOCK_DGRAM, 123)]:
        with socket.socket(family, kind) as sock:
            sock.settimeout(0.05)
            try:
                sock.connect((address, port))
                sock.send(b"x")
            except OSError:
                pass
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as sock:
    for address in sys.argv[1:]:
        if ":" not in address:
            try:
                sock.sendto(b"\\x08\\0\\xf7\\xff\\0\\0\\0\\0", (address, 0))
            except OSError:
                pass
"""
    run("ip", "netns", "exec", "probe", sys.executable, "-c", harm, *INSIDE4, *INSIDE6)
    # Without a namespace, with one that is this machine's, and without nft there is no look.
    for arguments in (["--namespace", "missing"], ["--namespace", "../netns/probe"], ["--namespace", "own"]):
        open("/run/netns/own", "w").close()
        subprocess.run(["mount", "--bind", "/proc/self/ns/net", "/run/netns/own"], check=True)
        child = subprocess.run([PROBE, *arguments, "--resolver", RESOLVER], input='{"kind":"domain","value":"zoo.example.com"}',
                               capture_output=True, text=True)
        subprocess.run(["umount", "/run/netns/own"], check=True)
        if child.returncode != 2 or child.stdout or child.stderr.count("\n") != 1:
            failures.append("%s: exit %d %s%s" % (arguments, child.returncode, child.stdout, child.stderr))
    rules = run("ip", "netns", "exec", "probe", "nft", "list", "ruleset")
    if "cordon_probe" not in rules or "cordon_probe" in run("nft", "list", "ruleset"):
        failures.append("the rules are not in the probe's namespace, or they are in the machine's own")
    return {"failures": failures}


def main():
    build_world()
    with tempfile.TemporaryDirectory() as folder:
        make_certificates(folder)
        threads = [threading.Thread(target=serve_dns, daemon=True)]
        threads += [threading.Thread(target=serve, args=(address, 80), daemon=True)
                    for address in (SERVER, SERVER6, "10.0.0.1", "169.254.169.254", "192.168.1.1", "fd00::1")]
        threads += [threading.Thread(target=serve, args=(SERVER, port, how), daemon=True) for port, how in TLS_PORTS.items()]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        result = look_at_pages() if WHAT == "pages" else try_the_fence()
        result["packets_inside"] = packets_inside()
        print(json.dumps(result), flush=True)
        os._exit(0)


main()
