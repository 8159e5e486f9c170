// Verifies a notice in the reader's own browser: nothing of it is sent anywhere. docs/formats/notice.md describes each
// step; desk/notice_check.cc is the same in C++. What fails throws an Error that says why.
'use strict';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const bytesOf = (text) => new TextEncoder().encode(text);
const latin1 = (bytes) => { // a text of one letter a byte
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
};
const rawOf = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const joined = (...parts) => rawOf(parts.map((part) => (typeof part === 'string' ? part : latin1(part))).join(''));

function must(holds, why) {
  if (!holds) throw new Error(why);
}
function base64(text, what) {
  must(typeof text === 'string' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text), `${what} is not base64`);
  const bytes = rawOf(atob(text));
  must(btoa(latin1(bytes)) === text, `${what} is not exact base64`);
  return bytes;
}
// RFC 8785, for the values that stand in a proof: objects, lists, texts, whole numbers, true, false and null.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value);
}
function readJson(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON`);
  }
  must(canonical(value) === text, `${what} is not canonical JSON`);
  return value;
}
function members(value, names, what) {
  must(value !== null && typeof value === 'object' && !Array.isArray(value), `${what} is no object`);
  must(Object.keys(value).sort().join() === [...names].sort().join(), `${what} has other members than it must`);
}
async function verifies(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, signature, message);
}

// ── the mail: what carriers may change is undone, the rest must be as a desk writes it ──

const kPart = [
  'Content-Type: application/octet-stream',
  'Content-Description: proof that two officers approved exactly this, as the',
  ' public log has it',
  'Content-Disposition: attachment;',
  ' filename="notice.tlog-proof"',
  'Content-Transfer-Encoding: base64',
].join('\r\n');

function readMail(bytes) {
  must(bytes.length <= 2 << 20, 'a notice has at most 2 MiB');
  const whole = latin1(bytes).replace(/\r?\n/g, '\r\n');
  must(!/\r(?!\n)/.test(whole), 'a carriage return stands alone');
  const blank = whole.indexOf('\r\n\r\n');
  must(blank >= 0, 'there is no mail in it: no blank line ends its headers');
  const headers = [];
  for (const line of whole.slice(0, blank).split('\r\n')) {
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && headers.length > 0) headers[headers.length - 1][1] += ` ${line.trim()}`;
    else if (colon > 0) headers.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
    else must(headers.length === 0 && line.startsWith('From '), 'a line of the headers is none');
  }
  const types = headers.filter(([name]) => name === 'content-type');
  must(types.length === 1, 'expected exactly one Content-Type among the headers');

  let rest = whole.slice(blank + 4);
  must(rest.startsWith('--=_') && rest.includes('\r\n'), 'something stands before the first part, or there is none');
  const boundary = rest.slice(2, rest.indexOf('\r\n'));
  rest = rest.slice(boundary.length + 4);
  const type = /^(multipart\/mixed; boundary)="(.*)"$/i.exec(types[0][1]);
  must(type !== null && type[2] === boundary, "the mail's Content-Type is not that of its parts");
  const between = rest.indexOf(`\r\n--${boundary}\r\n`);
  must(between >= 0, 'the mail has no second part: the proof is gone');
  const body = rest.slice(0, between);
  rest = rest.slice(between + boundary.length + 6);
  const end = rest.indexOf(`\r\n--${boundary}`);
  must(end >= 0, 'the mail ends inside the proof');
  const head = rest.indexOf('\r\n\r\n');
  must(rest.slice(0, head) === kPart, "the proof's part is not written as a desk writes it");
  const lines = rest.slice(head + 4, end);
  const text = lines.replaceAll('\r\n', '');
  must(text.replace(/.{76}/g, '$&\r\n').replace(/(?<!\r\n)$/, '\r\n') === lines, "the proof's lines are not of 76 letters");
  must(/^\r\n--(.*)--\r\n[\r\n]*$/.test(rest.slice(end)) && rest.slice(end).startsWith(`\r\n--${boundary}--`),
    'there is something behind the proof that no officer approved');
  return { headers, body: rawOf(body), proof: base64(text, 'the proof') };
}

// ── the log ──

function readKey(vkey, kind) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  must(parts !== null, 'the proof names no key of a log or witness');
  const key = base64(parts[3], 'a key');
  must(key.length === 33 && key[0] === kind, 'the proof names another kind of key');
  return { name: parts[1], id: parts[2], key: key.slice(1), encoded: key };
}
async function checkKey(vkey, kind) {
  const key = readKey(vkey, kind);
  const id = await sha256(joined(bytesOf(`${key.name}\n`), key.encoded));
  must(hex(id.slice(0, 4)) === key.id, "a key's id does not fit it");
  return key;
}

// The note's text, and its signatures.
function readNote(note) {
  const blank = note.lastIndexOf('\n\n');
  must(blank >= 0 && note.endsWith('\n'), 'the checkpoint is no signed note');
  const lines = note.slice(blank + 2, -1).split('\n').map((line) => {
    const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
    must(parts !== null, 'a line under the checkpoint is no signature');
    const bytes = base64(parts[2], 'a signature');
    return { name: parts[1], id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
  });
  return { text: note.slice(0, blank + 1), lines };
}

async function checkWitnesses(note, keys, log) {
  const seen = [];
  for (const vkey of keys) {
    const witness = await checkKey(vkey, 4);
    const line = note.lines.find(({ name, id }) => name === witness.name && id === witness.id);
    must(line !== undefined && line.bytes.length === 72, 'the proof names a witness that has no line of its own');
    const seconds = new DataView(line.bytes.buffer, line.bytes.byteOffset).getBigUint64(0);
    must(await verifies(witness.key, bytesOf(`cosignature/v1\ntime ${seconds}\n${note.text}`), line.bytes.slice(8)),
      `the line of the witness ${witness.name} is not signed by it`);
    seen.push({ name: witness.name, at: new Date(Number(seconds) * 1000).toISOString() });
  }
  must(note.lines.length === 1 + seen.length && note.lines.filter(({ name }) => name === log).length === 1,
    'the checkpoint carries a line whose key the proof does not name');
  return seen;
}

// RFC 9162, 2.1.3.2.
async function rootOf(leaf, index, size, proof) {
  must(index < size, 'the log is shorter than the line that the proof is about');
  let first = index, last = size - 1, root = await sha256(joined('\0', leaf));
  for (const hash of proof) {
    must(last > 0, 'the inclusion proof is too long');
    if (first % 2 === 1 || first === last) {
      root = await sha256(joined('\x01', hash, root));
      while (first % 2 === 0 && first !== 0) [first, last] = [first / 2, Math.floor(last / 2)];
    } else {
      root = await sha256(joined('\x01', root, hash));
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  must(last === 0, 'the inclusion proof is too short');
  return root;
}

async function readProof(bytes, trusted) {
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Error('the proof is not UTF-8');
  }
  const shape = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d{0,15})\n((?:\S+\n){0,64})\n([^]+)$/.exec(text);
  must(shape !== null, 'the proof is no C2SP tlog-proof');
  const extra = readJson(utf8.decode(base64(shape[1], 'extra')), 'extra');
  members(extra, ['format', 'leaf', 'log_key', 'opening', 'witnesses'], 'extra');
  must(extra.format === 'cordon-notice/1', 'the proof is of another format');
  must(Array.isArray(extra.witnesses), 'extra.witnesses is no list');
  const log = await checkKey(trusted || extra.log_key, 1);
  must(trusted === '' || trusted === extra.log_key, "the proof names another log's key than the one to check it with");
  const note = readNote(shape[4]);
  const line = note.lines.find(({ name, id }) => name === log.name && id === log.id);
  must(line !== undefined, 'the checkpoint is not signed with this key');
  must(await verifies(log.key, bytesOf(note.text), line.bytes), "the log's signature is wrong");
  const head = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n([^\n]+\n)*$/.exec(note.text);
  must(head !== null && head[1] === log.name, 'the checkpoint is of another log');
  const witnesses = await checkWitnesses(note, extra.witnesses, log.name);
  const hashes = shape[3].split('\n').slice(0, -1).map((hash) => base64(hash, 'a hash of the proof'));
  must(hashes.every((hash) => hash.length === 32), 'a hash of the proof has another length');
  const leaf = base64(extra.leaf, 'extra.leaf');
  const index = Number(shape[2]), size = Number(head[2]);
  const root = await rootOf(leaf, index, size, hashes);
  must(hex(root) === hex(base64(head[3], 'the root')), `line ${index} of the log is not this one, or the proof is wrong`);
  return { extra, log: log.name, leaf, index, size, root, witnesses };
}

// ── the act ──

const kStatement = ['annex', 'at', 'binding', 'body', 'case', 'charter', 'contact', 'effect', 'evidence', 'kind', 'matter',
  'national_article', 'notice', 'proposal', 'proposer', 'recipient', 'reply_by', 'stronger_because', 'sunset_at', 'target'];
const kSecondSignature = 72 * 3600 * 1000; // charter 5.7

async function keyId(key) {
  return hex((await sha256(joined('cordon/officer-key/1\n', key))).slice(0, 8));
}

async function checkAct({ extra, log, leaf: bytes }, body) {
  const leaf = readJson(utf8.decode(bytes), 'the line');
  members(extra.opening, ['hidden', 'salt'], 'the opening');
  const { hidden, salt } = extra.opening;
  must(/^[0-9a-f]{64}$/.test(salt), 'the salt has another length');
  const raw = Uint8Array.from(salt.match(/../g), (byte) => parseInt(byte, 16));
  must(hex(await sha256(joined('\x43', raw, bytesOf(canonical(hidden))))) === leaf.commitment,
    'the opening does not open the line of the log');
  members(hidden, ['body', 'notice', 'signers', 'statement'], 'the opening');
  const said = readJson(hidden.statement, 'the statement');
  members(said, kStatement, 'the statement');
  must(Array.isArray(hidden.signers) && hidden.signers.length === 2, 'a notice has the signatures of two officers');
  const [proposer, approver] = hidden.signers;
  members(proposer, ['key', 'officer', 'role', 'signature'], 'the signer');
  members(approver, ['at', 'key', 'officer', 'role', 'signature'], 'the signer');
  must(proposer.role === 'analyst' && approver.role === 'approver', 'the two have other roles than they must');
  must(hidden.body === said.body && hidden.notice === said.notice, 'the line of the log is about another notice');
  must(proposer.officer === said.proposer && approver.officer !== said.proposer && proposer.key !== approver.key,
    'one person cannot sign twice');
  const waited = Date.parse(approver.at) - Date.parse(said.at);
  must(waited >= 0 && waited <= kSecondSignature, 'it was not approved within 72 hours of the proposal');
  must(hex(await sha256(body)) === said.body, 'the bytes are not those that were approved');
  const keys = [base64(proposer.key, 'a key'), base64(approver.key, 'a key')];
  must(await verifies(keys[0], bytesOf(`cordon/proposes/1\n${hidden.statement}`), base64(proposer.signature, 'a signature')),
    "the proposer's signature does not fit");
  must(await verifies(keys[1], bytesOf(`cordon/approves/1\n${approver.officer}\n${approver.at}\n${hidden.statement}`),
    base64(approver.signature, 'a signature')), "the approver's signature does not fit");
  const signers = [{ key_id: await keyId(keys[0]), role: 'analyst' }, { key_id: await keyId(keys[1]), role: 'approver' }];
  const plain = leaf.plain ?? {};
  const same = [[leaf.desk, log], [leaf.type, 'decision'], [leaf.state_to, 'effective'], [leaf.object_id, said.proposal],
    [leaf.category, said.matter], [leaf.kind, said.kind], [leaf.charter_digest, said.charter], [leaf.annex_digest, said.annex],
    [leaf.t, approver.at], [canonical(plain.signers ?? null), canonical(signers)],
    ...['effect', 'recipient', 'binding', 'national_article', 'reply_by', 'sunset_at'].map((name) => [plain[name], said[name]])];
  must(same.every(([is, shall]) => is === shall), 'the public line says something else than what the officers signed');
  return { said, signers: [{ ...signers[0], at: said.at }, { ...signers[1], at: approver.at }] };
}

const kLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
function code(hash) { // the first 10 bytes in base 32
  let bits = 0n;
  for (const byte of hash.slice(0, 10)) bits = (bits << 8n) | BigInt(byte);
  const letters = Array.from({ length: 16 }, (_, i) => kLetters[Number((bits >> BigInt(75 - 5 * i)) & 31n)]).join('');
  return letters.match(/..../g).join('-');
}

// `trusted` is the log's key that the reader knows, or empty: then the one in the notice is used.
export async function verifyNotice(bytes, trusted = '') {
  const mail = readMail(bytes);
  const proof = await readProof(mail.proof, trusted);
  const { said, signers } = await checkAct(proof, mail.body);
  return {
    desk: proof.log, log_key: proof.extra.log_key, notice: said.notice,
    code: code(await sha256(joined('\0', proof.leaf))), digest: said.body, bytes: mail.body.length, signers,
    leaf: proof.index, size: proof.size, root: hex(proof.root), witnesses: proof.witnesses, category: said.matter,
    target: said.target.value.replaceAll('.', '[.]').replace(/^http/, 'hxxp'), effect: said.effect, recipient: said.recipient,
    contact: said.contact, sunset_at: said.sunset_at,
    differing: [['to', said.contact], ['x-cordon-notice', said.notice]].filter(([name, value]) =>
      mail.headers.some((header) => header[0] === name && header[1] !== value && header[1] !== `<${value}>`)).map(([name]) => name),
  };
}

// ── the page ──

function bind(form) {
  const input = form.querySelector('input[type=file]');
  const place = (id) => document.getElementById(id);
  async function show(file) {
    place('yes').hidden = place('no').hidden = true;
    try {
      const verdict = await verifyNotice(new Uint8Array(await file.arrayBuffer()));
      const own = place('own-key').textContent === verdict.log_key;
      place('key-is-ours').hidden = !own;
      place('key-is-not-ours').hidden = own;
      place('headers-differ').hidden = verdict.differing.length === 0;
      const values = {
        ...verdict,
        asks: `${verdict.effect}, ${verdict.recipient} <${verdict.contact}>, ${verdict.target}, ${verdict.category}`,
        signers: verdict.signers.map(({ role, key_id, at }) => `${role} ${key_id}, ${at}`).join('\n'),
        witnesses: verdict.witnesses.map(({ name, at }) => `${name}, ${at}`).join('\n') || '–',
        line: `${verdict.leaf} / ${verdict.size}`, state: '–',
      };
      for (const name of ['desk', 'notice', 'code', 'digest', 'asks', 'signers', 'line', 'root', 'witnesses', 'sunset_at', 'log_key', 'state'])
        place(`v-${name}`).textContent = values[name];
      place('yes').hidden = false;
      place('yes').focus();
    } catch (error) {
      place('why').textContent = error.message;
      place('no').hidden = false;
      place('no').focus();
    }
  }
  input.addEventListener('change', () => input.files.length === 1 && show(input.files[0]));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.files.length === 1) show(input.files[0]);
  });
  for (const name of ['dragover', 'drop'])
    document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    if (event.dataTransfer.files.length === 1) show(event.dataTransfer.files[0]);
  });
  place('in-browser').hidden = false;
}

// Without these the form goes to the desk, which does the same.
if (typeof document !== 'undefined' && globalThis.crypto?.subtle) {
  const form = document.querySelector('main form[enctype]');
  if (form !== null) bind(form);
}
