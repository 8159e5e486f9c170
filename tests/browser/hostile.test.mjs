// Five hundred hostile strings in everything that people can write and the desk keeps, then every page that shows them,
// in a browser that would run them: no dialog, no report of the content security policy, no request elsewhere, and each
// string stands there as the text that it is.
//
// Planted bugs that turn it red: Html::text() that gives its text back as it came; a link whose address is what a
// reporter wrote; evidence served as text/html without its sandbox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, Watch, launch, serveDemo, signIn } from './desk.mjs';

const acts = (n) => [
  `<script>alert(${n})</script>`,
  `<img src=x onerror=alert(${n})>`,
  `<svg/onload=alert(${n})>`,
  `<iframe src="javascript:alert(${n})"></iframe>`,
  `<iframe srcdoc="<script>alert(${n})</script>"></iframe>`,
  `<a href="javascript:alert(${n})">open</a>`,
  `javascript:alert(${n})`,
  `<img src="//elsewhere.invalid/${n}">`,
  `<link rel=stylesheet href=//elsewhere.invalid/${n}.css>`,
  `<style>@import url(//elsewhere.invalid/${n});</style>`,
  `<p style="background:url(//elsewhere.invalid/${n})">p</p>`,
  `<meta http-equiv=refresh content="0;url=//elsewhere.invalid/${n}">`,
  `<base href="//elsewhere.invalid/${n}/">`,
  `<form action="//elsewhere.invalid/${n}"><button>Approve</button></form>`,
  `<object data="//elsewhere.invalid/${n}"></object>`,
  `<video><source onerror=alert(${n})></video>`,
  `<details open ontoggle=alert(${n})>d</details>`,
  `<input autofocus onfocus=alert(${n})>`,
  `<body onload=alert(${n})>`,
  `<math><mtext><style><img src=x onerror=alert(${n})></style></mtext></math>`,
  `<noscript><p title="</noscript><img src=x onerror=alert(${n})>">`,
  `\${alert(${n})}{{constructor.constructor('alert(${n})')()}}`,
  `<!--><img src=x onerror=alert(${n})>-->`,
  `<isindex type=image src=//elsewhere.invalid/${n} onerror=alert(${n})>`,
  `&lt;script&gt;alert(${n})&lt;/script&gt;&#60;img src=x onerror=alert(${n})&#62;`,
];
const wraps = [
  (s) => s, (s) => `"${s}`, (s) => `'${s}`, (s) => `">${s}`, (s) => `'>${s}`, (s) => `" autofocus onfocus=alert(0) x="${s}`,
  (s) => `</textarea>${s}`, (s) => `</title>${s}`, (s) => `</pre></code>${s}`, (s) => `</style>${s}`, (s) => `</option></select>${s}`,
  (s) => `--> ${s}`, (s) => `]]> ${s}`, (s) => `\\"${s}\\"`, (s) => s.toUpperCase(), (s) => `\u202E${s}\u2066`, (s) => `\uFEFF${s}`,
  (s) => s.replaceAll('<', '\uFF1C'), (s) => s.replaceAll('<', '&lt;'), (s) => `${s}\n${s}`,
];
const strings = wraps.flatMap((wrap, i) => acts(i).map(wrap));

function* chunks(items, size) {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

// What has no more to show than its neighbours: the queue shows every address.
const tenth = (items) => items.filter((_, i) => i % 10 === 3);

let desk, browser;
before(async () => {
  desk = await serveDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await desk?.stop();
});

test('five hundred hostile strings in every stored field do nothing', async () => {
  assert.equal(strings.length, 500);
  const analyst = await Client.signIn(desk, 'analyst1'), approver = await Client.signIn(desk, 'approver1');

  // Reports: as the address, by a feed; as the story, by the public form.
  const events = strings.map((text, i) => JSON.stringify({
    'classification.type': 'phishing', 'source.url': `https://h${i}.example.com/${text.replaceAll('\n', ' ')}`,
    'source.fqdn': `h${i}.example.com`, 'event_description.text': text, 'feed.name': 'hostile',
  }));
  const taken = await analyst.ask('POST', '/reports?source=hostile&category=phishing', `${events.join('\n')}\n`, 'application/octet-stream');
  const cases = [...new Set(taken.items.filter((item) => item.case).map((item) => item.case))];
  assert.ok(cases.length >= 490, `${cases.length} of 500 addresses became cases`);
  for (const [i, some] of [...chunks(strings, 10)].entries()) {
    await analyst.ask('POST', '/public/reports', {
      category: 'phishing', where: `public-${i}.example.com`,
      what: `What happened: ${some.join(' and ')}`, nonce: crypto.randomUUID(),
    });
  }

  // Evidence, facts, answers, proposals and reasons: in ten cases.
  const busy = cases.slice(0, 10), written = new Map(), proposals = [];
  for (const [i, the_case] of busy.entries()) {
    const own = strings.slice(i * 50, i * 50 + 50);
    written.set(the_case, own);
    let evidence;
    for (const [k, text] of own.entries()) {
      const query = new URLSearchParams({ description: `Shows ${text}`, media_type: k % 2 ? 'text/html' : 'text/plain' });
      ({ evidence } = await analyst.ask('POST', `/cases/${the_case}/evidence?${query}`, `${text}\n<b>${text}</b>\n`, 'application/octet-stream'));
      await analyst.ask('POST', `/cases/${the_case}/facts`, { text: `${text} and so on (${crypto.randomUUID()}), until it is long enough to be one.`, evidence: [evidence] });
    }
    for (const some of chunks(own, 5)) {
      for (const [gate, answer] of [['G_IMPERSONATED_PARTY', 'party_and_capture_shown'], ['G_DOMAIN_STATUS', 'malicious_registration']])
        await analyst.ask('POST', `/cases/${the_case}/gates`, { gate, answer, basis: some.join(' '), evidence: [evidence] });
      const { proposal } = await analyst.ask('POST', `/cases/${the_case}/proposals`,
        { kind: 'alert', effect: 'inform', recipient: 'host', because: some.join(' ') });
      await approver.ask('POST', `/proposals/${proposal}/return`, { reason: some.join(' ') });
      proposals.push(proposal);
    }
  }

  const watch = new Watch(desk.url);
  const page = await (await watch.on(await browser.newContext({ locale: 'en-GB' }))).newPage();
  // Nothing on the page that runs, loads or leads elsewhere, whether it was tried or not.
  const harmless = async (path) => {
    const reply = await page.goto(`${desk.url}${path}`);
    assert.ok(reply.status() < 500, `${path}: ${reply.status()}`);
    const found = await page.evaluate(() => {
      const bad = [...document.querySelectorAll('script, style, iframe, object, embed, img, svg, video, base, meta[http-equiv], noscript, link:not([href="/style.css"])')]
        // Charts are ours: bars and their words, and nothing else.
        .filter((element) => !(element.matches('svg[role=img]') && [...element.children].every((part) => ['rect', 'text'].includes(part.tagName))))
        .map((element) => element.outerHTML);
      for (const element of document.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
          const leads = ['href', 'src', 'action', 'formaction'].includes(name);
          if (name.startsWith('on') || name === 'style' || (leads && !/^(\/(?!\/)|#)/.test(value))) bad.push(element.outerHTML);
        }
      }
      return bad;
    });
    assert.deepEqual(found, [], path);
  };

  await signIn(page, desk, 'analyst1');
  for (const text of tenth(strings)) await harmless(`/queue?category=${encodeURIComponent(text)}`);
  const told = (await analyst.ask('GET', '/cases?category=phishing&limit=10000')).items
    .filter((item) => JSON.stringify(item).includes('public-')).map((item) => item.case);
  assert.ok(told.length === 50, `${told.length} cases of the public form`);
  for (const the_case of [...busy, ...tenth(cases), ...told]) {
    await harmless(`/cases/${the_case}`);
    // What a reader sees is what was written; marks that turn text around are shown as marks.
    const shown = written.has(the_case) ? await page.getByRole('main').evaluate((main) => main.textContent) : '';
    for (const text of written.get(the_case) ?? []) {
      if (!/[\u202E\uFEFF\n]/.test(text)) assert.ok(shown.includes(text), `${text} on ${the_case}`);
    }
  }
  for (const the_case of busy) {
    await page.goto(`${desk.url}/cases/${the_case}`);
    const pieces = await page.locator('main a[href*="/evidence/"]').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))]);
    assert.equal(pieces.length, 50);
    for (const piece of pieces) await harmless(piece);
  }
  for (let path = '/queue?category=phishing'; path; ) {
    await harmless(path);
    path = await page.locator('nav.pages a[href*="after="]').first().getAttribute('href', { timeout: 500 }).catch(() => null);
  }
  await page.context().clearCookies();
  await signIn(page, desk, 'approver1');
  for (const proposal of proposals) await harmless(`/decide/${proposal}`);
  for (const path of ['/decide', '/notices', '/log', '/numbers', '/']) await harmless(path);

  watch.nothing();
});
