// The README's pictures: see ./pictures. The desk is the demonstration that ./run makes, at the places that they show.
import { join, resolve } from 'node:path';
import { launch, serveDemo, signIn } from './desk.mjs';

const folder = resolve(process.argv[2]);
const desk = await serveDemo();
const browser = await launch();
const open = async (colorScheme) =>
  (await browser.newContext({ viewport: { width: 1100, height: 760 }, colorScheme, locale: 'en-GB' })).newPage();
const shoot = async (page, name) => {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
};

const reader = await open('light');
await reader.goto(desk.url);
await shoot(reader, 'home');
await reader.goto(`${desk.url}/log`);
await shoot(reader, 'log');

const officer = await open('light');
await signIn(officer, desk, 'analyst1');
await shoot(officer, 'queue');

const approver = await open('dark');
await signIn(approver, desk, 'approver1');
await approver.goto(`${desk.url}/notices`);
await approver.locator('main a[href^="/decide/"]').first().click();
await shoot(approver, 'decision');

await browser.close();
await desk.stop();
