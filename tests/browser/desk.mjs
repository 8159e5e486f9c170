// A demonstration desk of its own on a free port, a browser, and what every suite here looks at in every page.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const cordon = resolve(root, process.env.CORDON ?? 'build/dev/cordon');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Which standing rules may draw from.
const feed = `
[feeds.list]
publisher = "Example list"
publisher_kind = "private"
machine = "list-fetcher"
categories = { "malware_download" = "malware" }
`;

// The desk that ./run makes, in a folder of its own, with a registered feed, served; `stop` ends it and deletes the folder.
export async function serveDemo() {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-browser-'));
  const desk = join(folder, 'desk');
  execFileSync(join(root, 'tools/demo'), [desk], { env: { ...process.env, CORDON: cordon }, stdio: 'pipe' });
  appendFileSync(join(desk, 'cordon.toml'), feed);
  const served = await serve(desk, (login) => readFileSync(join(desk, 'demo-passwords', login), 'utf8').trim());
  return { ...served, stop: async () => { await served.stop(); rmSync(folder, { recursive: true }); } };
}

// As a program that signed in would ask. The answer, or what was said instead.
export class Client {
  static async signIn(desk, login) {
    const client = new Client();
    client.desk = desk;
    const reply = await fetch(`${desk.url}/api/v1/session`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login, password: desk.password(login) }),
    });
    client.csrf = (await reply.json()).csrf;
    client.cookie = reply.headers.get('set-cookie').split(';')[0];
    return client;
  }
  async ask(method, path, body, type = 'application/json') {
    const reply = await fetch(`${this.desk.url}/api/v1${path}`, {
      method, body: type === 'application/json' && body !== undefined ? JSON.stringify(body) : body,
      headers: { Cookie: this.cookie, 'X-CSRF-Token': this.csrf, ...(body === undefined ? {} : { 'Content-Type': type }) },
    });
    const text = await reply.text();
    assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}

// Two members and a guest that exchanged one indicator: the first, `steppe`, and the second, `river`, served.
export async function serveUnion() {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-browser-'));
  execFileSync(cordon, ['union', 'demo'], { env: { ...process.env, TMPDIR: folder }, stdio: 'pipe' });
  const [made] = readdirSync(folder);
  const password = (login) => `demonstration of ${login}`;
  const steppe = await serve(join(folder, made, 'steppe'), password), river = await serve(join(folder, made, 'river'), password);
  return { steppe, river, stop: async () => { await steppe.stop(); await river.stop(); rmSync(folder, { recursive: true }); } };
}

async function serve(desk, password) {
  const server = spawn(cordon, ['serve', '--desk', desk, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((found, failed) => {
    let said = '';
    server.stdout.on('data', (bytes) => {
      said += bytes;
      const line = /on (http:\/\/[^ ]+)/.exec(said);
      if (line) found(line[1]);
    });
    server.on('exit', (code) => failed(new Error(`cordon serve ended with ${code}`)));
  });
  return {
    url,
    password,
    letters: () => readdirSync(join(desk, 'outbox/new')),
    letter: (name) => readFileSync(join(desk, 'outbox/new', name), 'utf8'),
    run: (...words) => execFileSync(cordon, [...words, '--desk', desk], { encoding: 'utf8' }),
    async stop() {
      server.removeAllListeners('exit');
      const ended = new Promise((done) => server.on('exit', done));
      server.kill('SIGINT');
      assert.equal(await ended, 0, 'the server did not end as it should');
    },
  };
}

// Every page and form that the program serves, as "GET /cases/{case}".
export function routes() {
  const lines = execFileSync(cordon, ['docs', 'pages', '--json'], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line)).map(({ method, path }) => `${method} ${path}`);
}
// The row of a request, or undefined.
export function routeOf(rows, method, path) {
  return rows.find((row) => {
    const [its, pattern] = row.split(' ');
    const parts = pattern.split('/'), given = path.split('/');
    return its === method && parts.length === given.length &&
      parts.every((part, i) => part.startsWith('{') || part === given[i]);
  });
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Nothing of the browser's own leaves this machine; root has no sandbox to offer.
    args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
      '--no-first-run', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  });
}

// What no page may ever do, noted from the first byte on: a dialog, a report of the content security policy, a request
// to another host, an error of a script.
export class Watch {
  dialogs = [];
  reports = [];
  elsewhere = [];
  errors = [];
  requests = new Set(); // "GET /path", without the query
  constructor(url) {
    this.url = new URL(url);
  }
  async on(context) {
    // A page without scripts says so on its console alone; with scripts the event comes too.
    await context.exposeBinding('cordonReport', (_, text) => this.reports.push(text));
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
      globalThis.cordonReport(`${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`)));
    context.on('request', (request) => {
      const to = new URL(request.url());
      if (to.origin !== this.url.origin && to.protocol !== 'data:' && to.protocol !== 'about:')
        this.elsewhere.push(request.url());
      else this.requests.add(`${request.method()} ${to.pathname}`);
    });
    context.on('page', (page) => {
      page.on('dialog', (dialog) => {
        this.dialogs.push(dialog.message());
        dialog.dismiss();
      });
      page.on('pageerror', (error) => this.errors.push(String(error)));
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) this.reports.push(message.text());
      });
    });
    return context;
  }
  nothing() {
    assert.deepEqual(this.dialogs, [], 'dialogs');
    assert.deepEqual(this.reports, [], 'reports of the content security policy');
    assert.deepEqual(this.elsewhere, [], 'requests elsewhere');
    assert.deepEqual(this.errors, [], 'errors of scripts');
  }
}

// axe in light and in dark, and nothing wider than a telephone. The page is looked at as it stands, with every part
// that can be unfolded unfolded.
export async function inspect(page, name) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 1200]) {
      await page.setViewportSize({ width, height: 900 });
      const seen = await page.evaluate(async () => ({
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        violations: (await globalThis.axe.run(document)).violations.map((violation) =>
          `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`),
      }));
      assert.deepEqual(seen.violations, [], `axe on ${name}, ${colorScheme}, ${width} px`);
      assert.ok(seen.over <= 0, `${name} is ${seen.over} px too wide at ${width} px`);
    }
  }
  if (process.env.PICTURES) { // of each step, for a person to look at
    const number = String(readdirSync(process.env.PICTURES).length + 1).padStart(2, '0');
    const file = `${number}-${name.replaceAll(/[^a-z0-9]+/g, '-')}.png`;
    await page.emulateMedia({ colorScheme: 'light' });
    await page.screenshot({ path: join(process.env.PICTURES, file), fullPage: true });
  }
}

export async function signIn(page, desk, login) {
  await page.goto(`${desk.url}/sign-in`);
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(desk.password(login));
  await page.getByRole('main').getByRole('button').click();
}
