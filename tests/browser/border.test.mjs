// Two members exchange one indicator, a guest is refused it, and each desk's page of the border shows what it did and
// why.
//
// Planted bugs that turn it red: page_border() without its held_part(), or without its came_part().
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Watch, inspect, launch, serveUnion, signIn } from './desk.mjs';

let union, browser;
before(async () => {
  union = await serveUnion();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await union?.stop();
});

async function border(desk, name) {
  const watch = new Watch(desk.url);
  const page = await (await watch.on(await browser.newContext({ locale: 'en-GB' }))).newPage();
  await signIn(page, desk, 'border_officer1');
  await page.goto(`${desk.url}/border`);
  await inspect(page, name);
  watch.nothing();
  return page;
}
const part = (page, heading) => page.locator('section').filter({ has: page.getByRole('heading', { name: heading, level: 2 }) });

test('who gave, who got and who was refused stands on a page', async () => {
  const steppe = await border(union.steppe, 'border of steppe');
  const given = await part(steppe, 'Given out').getByRole('row').nth(1).textContent();
  assert.match(given, /bad-bank-login\[\.\]example\[\.\]com/);
  assert.match(given, /river\.example\.net\/log/);
  const held = part(steppe, 'Held back').getByRole('row').nth(1);
  assert.match(await held.textContent(), /island\.example\.net\/log.*Guest/s, 'the guest is refused it, and why');

  // What the page says when it is asked is what it says in its list.
  const id = await held.locator('code').nth(1).textContent();
  await steppe.locator('form[action="/border"]').getByRole('textbox').fill(id);
  await steppe.locator('form[action="/border"] select').selectOption('island.example.net/log');
  await steppe.locator('form[action="/border"]').getByRole('button').click();
  await inspect(steppe, 'border, asked');
  assert.match(await part(steppe, 'Ask the border').textContent(), /It does not go\./);

  const river = await border(union.river, 'border of river');
  const reference = await part(river, 'Taken in').getByRole('row').nth(1).textContent();
  assert.match(reference, /bad-bank-login\[\.\]example\[\.\]com/);
  assert.match(reference, /steppe\.example\.net\/log/);
});
