// A notice checks itself in the reader's browser: nothing is sent, each of 1,000 changed bytes is refused with a reason,
// and without JavaScript the desk does the same for a file that is sent to it.
//
// Planted bugs that turn it red: notice_script.js without its comparison of the digest, of the opening, or of the
// approver's signature; the page without call.scripted (the policy then lets no script run).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Watch, inspect, launch, serveDemo } from './desk.mjs';

let desk, browser, letter;
before(async () => {
  desk = await serveDemo();
  browser = await launch();
  letter = Buffer.from(desk.letter(desk.letters()[0]), 'utf8');
});
after(async () => {
  await browser?.close();
  await desk?.stop();
});

const file = (buffer, name = 'notice.eml') => ({ name, mimeType: 'message/rfc822', buffer });

async function open(javaScriptEnabled) {
  const watch = new Watch(desk.url);
  const context = await browser.newContext({ javaScriptEnabled, locale: 'en-GB', reducedMotion: 'reduce' });
  context.setDefaultTimeout(10000);
  const page = await (await watch.on(context)).newPage();
  await page.goto(`${desk.url}/notice`);
  return { page, watch };
}

test('in the browser: genuine, with what the program says of it', async () => {
  const { page, watch } = await open(true);
  await inspect(page, 'check a notice');
  await page.locator('#in-browser').waitFor({ state: 'visible' });
  await page.locator('input[type=file]').setInputFiles(file(letter));
  await page.locator('#yes').waitFor({ state: 'visible' });
  await inspect(page, 'a genuine notice');
  const text = async (id) => (await page.locator(`#v-${id}`).textContent()).trim();
  assert.equal(await text('desk'), 'demo-desk.example.net/log');
  assert.match(letter.toString('latin1'), new RegExp(`X-Cordon-Code: ${await text('code')}`));
  assert.match(await text('signers'), /^analyst [0-9a-f]{16}, .*\napprover [0-9a-f]{16}, /);
  assert.ok(await page.locator('#key-is-ours').isVisible(), 'the key is this desk\'s');
  assert.ok(!(await page.locator('#no').isVisible()));
  assert.deepEqual([...watch.requests].filter((request) => request.startsWith('POST')), [], 'nothing was sent');
  watch.nothing();
});

test('in the browser: another file after it is refused with the reason', async () => {
  const { page, watch } = await open(true);
  await page.locator('#in-browser').waitFor({ state: 'visible' });
  await page.locator('input[type=file]').setInputFiles(file(letter));
  await page.locator('#yes').waitFor({ state: 'visible' });
  const changed = Buffer.from(letter);
  changed[letter.indexOf('Content-Transfer-Encoding') + 60] ^= 1;
  await page.locator('input[type=file]').setInputFiles(file(changed, 'changed.eml'));
  await page.locator('#no').waitFor({ state: 'visible' });
  assert.equal(await page.locator('#why').textContent(), 'the bytes are not those that were approved');
  assert.ok(!(await page.locator('#yes').isVisible()), 'what was found before is gone');
  await inspect(page, 'no notice');
  watch.nothing();
});

test('in the browser: each of 1,000 changed bytes is refused with a reason, and what carriers do is not', async () => {
  const { page, watch } = await open(true);
  const result = await page.evaluate(async (text) => {
    const { verifyNotice } = await import('/notice.js');
    const right = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const whole = String.fromCharCode(...right);
    const bytes = (changed) => Uint8Array.from(changed, (letter) => letter.charCodeAt(0));
    let seed = 20261128;
    const below = (end) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % end;
    const from = whole.indexOf('\r\n\r\n') + 4;
    const passed = [], reasons = {};
    for (let i = 0; i < 1000; ++i) {
      const changed = right.slice(), place = from + below(right.length - 2 - from);
      changed[place] ^= 1 + below(255);
      try {
        await verifyNotice(changed);
        passed.push(place);
      } catch (error) {
        reasons[error.message] = (reasons[error.message] ?? 0) + 1;
      }
    }
    const first = await verifyNotice(right);
    const kept = {};
    for (const [how, changed] of Object.entries({
      headers: `Received: from a.example.net\r\n\tby b.example.net\r\n${whole}`, lines: whole.replaceAll('\r\n', '\n'),
      end: `${whole}\r\n`, subject: whole.replace('Subject: ', 'Subject: [SPAM?] '),
    })) kept[how] = JSON.stringify(await verifyNotice(bytes(changed))) === JSON.stringify(first);
    const other = 'other.example.net/log+00000000+AQ==';
    const refused = await verifyNotice(right, other).then(() => '', (error) => error.message);
    return { passed, reasons, kept, refused };
  }, letter.toString('base64'));
  assert.deepEqual(result.passed, [], 'bytes whose change was not seen');
  assert.equal(Object.values(result.reasons).reduce((sum, count) => sum + count), 1000);
  assert.ok(Object.keys(result.reasons).length > 5, JSON.stringify(result.reasons));
  assert.deepEqual(result.kept, { headers: true, lines: true, end: true, subject: true });
  assert.notEqual(result.refused, '');
  watch.nothing();
});

test('without JavaScript the file goes to the desk, which says the same', async () => {
  const { page, watch } = await open(false);
  await page.locator('input[type=file]').setInputFiles(file(letter));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  assert.ok(await page.locator('#yes').isVisible());
  assert.equal(await page.locator('#v-desk').textContent(), 'demo-desk.example.net/log');
  assert.equal(await page.locator('#v-state').textContent(), 'in_force');
  const changed = Buffer.from(letter);
  changed[letter.length - 200] ^= 1;
  await page.locator('input[type=file]').setInputFiles(file(changed));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  assert.ok(await page.locator('#no').isVisible());
  assert.match(await page.locator('#why').textContent(), /does not verify/);
  watch.nothing();
});
