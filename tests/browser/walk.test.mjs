// The three flows in a real browser, once without scripts and once with them: a citizen reports a scam and follows it;
// an analyst proposes; an approver approves; the notice lies in the maildir and anybody finds its entry in the public
// log. On the way every page and form of the desk is visited and, with scripts, looked at by axe in light and in dark.
//
// Planted bugs that turn it red: a form whose button is outside of it; a heading level left out in page_cases.cc; a
// colour of style.cc paled to #999; send_approved() left out of decide_approve; a row added to desk/routes.cc that
// nobody visits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, Watch, inspect, launch, routeOf, routes, serveDemo, signIn } from './desk.mjs';

const scam = 'hxxps://bad-bank-login[.]example[.]com/sign-in';
const story = 'A message said that my account is closed and asked me to type the code that came.';

let desk, browser;
before(async () => {
  desk = await serveDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await desk?.stop();
});

const go = (page, name) => page.getByRole('main').getByRole('button', { name }).click();
// The part of the page behind these words, unfolded.
async function unfold(page, words) {
  const part = page.locator('details').filter({ has: page.locator('summary', { hasText: words }) }).first();
  if ((await part.getAttribute('open')) === null) await part.locator('summary').click();
  return part;
}

for (const javaScriptEnabled of [false, true]) {
  test(`from a report to the public log, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const watch = new Watch(desk.url);
    const visitor = async () => {
      const context = await browser.newContext({ javaScriptEnabled, locale: 'en-GB', reducedMotion: 'reduce' });
      context.setDefaultTimeout(5000);
      return (await watch.on(context)).newPage();
    };
    const look = javaScriptEnabled ? inspect : async () => {};
    const heading = (page) => page.getByRole('heading', { level: 1 }).textContent();
    const name = javaScriptEnabled ? 'scripted' : 'plain';

    // A citizen, without an account.
    let page = await visitor();
    await page.goto(desk.url);
    await look(page, 'home');
    await page.getByRole('link', { name: 'Report a crime on the internet' }).click();
    await look(page, 'report, step 1');
    await page.check('input[value=csam]');
    await go(page, 'Continue');
    await look(page, 'where abuse of children is reported');
    await page.getByRole('link', { name: 'Back to the form' }).click();
    await page.check('input[value=phishing]');
    await go(page, 'Continue');
    await page.getByRole('textbox').fill('not an address at all');
    await go(page, 'Continue');
    await look(page, 'report, step 2, corrected');
    await page.getByRole('textbox').fill(scam.replace('bank', `bank-${name}`));
    await go(page, 'Continue');
    await look(page, 'report, step 3');
    await page.getByRole('textbox').fill(story);
    await go(page, 'Continue');
    await look(page, 'report, step 4');
    for (let step = 0; step < 3; ++step) await go(page, 'Back');
    assert.ok(await page.isChecked('input[value=phishing]'), 'going back forgets nothing');
    for (let step = 0; step < 3; ++step) await go(page, 'Continue');
    await go(page, 'Send the report');
    await look(page, 'receipt');
    const receipt = (await page.locator('.receipt').textContent()).trim();
    assert.match(receipt, /^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    await page.getByRole('main').getByRole('link', { name: 'Follow my report' }).click();
    await look(page, 'follow');
    await page.getByRole('textbox').fill('ABC');
    await page.getByRole('main').getByRole('button').click();
    await look(page, 'follow, unknown');
    await page.getByRole('textbox').fill(receipt.toLowerCase());
    await page.getByRole('main').getByRole('button').click();
    await look(page, 'followed');
    assert.match(await page.getByRole('main').textContent(), /waits for an officer/);

    // Nothing was asked of them either, so no code fits.
    await page.goto(`${desk.url}/answer`);
    await look(page, 'answer a request');
    await page.locator('[name=code]').fill('00000-00000-00000-00000');
    await page.locator('input[value=declined]').check();
    await go(page, 'Send the answer');
    await look(page, 'answer, unknown');

    // Nothing was decided yet that they could appeal against, and no appeal has their receipt.
    await page.goto(`${desk.url}/appeal`);
    await look(page, 'appeal');
    await page.locator('[name=code]').fill(receipt);
    await page.locator('[name=role]').selectOption('reporter');
    await page.locator('[name=grounds]').first().check();
    await page.locator('[name=text]').fill('My report was about a real false bank and was refused all the same.');
    await go(page, 'Appeal');
    await look(page, 'appeal, lodged early');
    await page.goto(`${desk.url}/appeal`);
    await page.locator('[name=receipt]').fill(receipt);
    await go(page, 'Look up');
    await look(page, 'appeal, unknown');

    // The analyst reads the case, shows what happened and asks for a decision.
    const analyst = (page = await visitor());
    await page.goto(`${desk.url}/sign-in`);
    await page.getByLabel('Login name').fill('analyst1');
    await page.getByLabel('Password').fill('a wrong one');
    await go(page, 'Sign in');
    await look(page, 'sign in, refused');
    await signIn(page, desk, 'analyst1');
    assert.equal(page.url(), `${desk.url}/queue`);
    await look(page, 'queue');
    const open = async (host) => {
      await page.goto(`${desk.url}/queue`);
      await page.getByLabel('Category').selectOption('phishing');
      await go(page, 'Show');
      await page.getByRole('link', { name: host }).click();
    };
    const assess = async (host) => {
      await unfold(page, 'Attach evidence');
      const evidence = page.locator('form[action$="/evidence"]');
      await evidence.locator('input[type=file]').setInputFiles({
        name: 'page.txt', mimeType: 'text/plain', buffer: Buffer.from('Sign in <b>now</b>\nrtl \u202Eevil <script>1</script>\n'),
      });
      await evidence.getByLabel('What the file shows').fill('text of the page');
      await evidence.getByRole('button', { name: 'Attach evidence' }).click();
      await unfold(page, 'Enter a fact');
      const fact = page.locator('form[action$="/facts"]');
      await fact.getByRole('textbox').fill(`The page at ${host} copies the sign-in form of a bank; what is typed there goes to collector-${host}, as the capture of ${name} shows.`);
      await fact.getByRole('button').click();
      for (const [gate, answer] of [['G_IMPERSONATED_PARTY', 'party_and_capture_shown'], ['G_DOMAIN_STATUS', 'malicious_registration']]) {
        const form = page.locator('form[action$="/gates"]').filter({ has: page.locator(`input[value=${gate}]`) });
        const part = page.locator('details').filter({ has: form });
        if ((await part.getAttribute('open')) === null) await part.locator('summary').click();
        await form.locator('select').selectOption(answer);
        await form.locator('textarea').fill('It was registered the day before and sends what is typed away.');
        await form.getByRole('button').click();
      }
    };
    const propose = async () => {
      const form = page.locator('form[action$="/proposals"]');
      await form.locator('select[name=kind]').selectOption('alert');
      await form.locator('select[name=recipient]').selectOption('host');
      await form.getByRole('button').click();
      assert.match(page.url(), /\/decide\/[0-9a-f-]{36}$/, 'whoever proposed sees what they proposed');
      return page.url();
    };
    await open(`bad-bank-${name}-login`);
    const theCase = page.url();
    await look(page, 'case, new');
    await assess(`bad-bank-${name}-login.example.com`);
    assert.equal(page.url(), theCase);
    await look(page, 'case, assessed');
    const first = await propose();
    await look(page, 'proposal of one\'s own');

    // The approver sends it back; the analyst proposes it again; the approver reads the evidence and approves.
    const approver = (page = await visitor());
    await signIn(page, desk, 'approver1');
    await page.goto(`${desk.url}/decide`);
    await look(page, 'decide');
    const decide = async (way, reason) => {
      const form = page.locator(`form[action$="/${way}"]`);
      await form.getByRole('textbox').fill(reason);
      await form.getByRole('button').click();
    };
    await page.goto(first);
    await look(page, 'proposal, unread');
    await decide('return', 'The screenshot is missing.');
    await look(page, 'proposal, sent back');
    page = analyst;
    await page.goto(theCase);
    assert.match(await page.getByRole('main').textContent(), /The screenshot is missing\./, 'the analyst reads why');
    const second = await propose();
    page = approver;
    await page.goto(second);
    await page.locator('main a[href*="/evidence/"]').first().click();
    await look(page, 'evidence');
    await page.goto(second);
    await look(page, 'proposal, read');
    const letters = new Set(desk.letters());
    await page.check('#f-read');
    await page.locator('form[action$="/approval"]').getByRole('button').click();
    await look(page, 'proposal, approved');
    const left = desk.letters().filter((name) => !letters.has(name));
    assert.equal(left.length, 1, 'one notice lies in the maildir');
    const notice = /^X-Cordon-Notice: ([0-9a-f-]{36})\r?$/m.exec(desk.letter(left[0]))[1];
    await page.goto(`${desk.url}/notices`);
    await look(page, 'notices');
    await page.goto(`${desk.url}/border`);
    await look(page, 'border');
    // A standing rule is in force until one person stops it.
    const machines = { analyst: await Client.signIn(desk, 'analyst1'), approver: await Client.signIn(desk, 'approver1') };
    const rule = await machines.analyst.ask('POST', '/rules', {
      feed: 'list', category: 'malware', kinds: ['url'], effect: 'inform', recipient: 'host', quota: 10, days: 3,
    });
    await machines.approver.ask('POST', `/rules/${rule.rule}/approval`, { digest: rule.digest });
    await page.goto(`${desk.url}/rules`);
    await look(page, 'standing rules');
    await page.locator(`form[action$="/${rule.rule}/stop"] textarea`).fill('It names the wrong hosts.');
    await page.locator(`form[action$="/${rule.rule}/stop"]`).getByRole('button').click();
    assert.equal(await page.locator(`form[action$="/${rule.rule}/stop"]`).count(), 0, 'it is stopped for good');
    await look(page, 'standing rules, one stopped');
    // What was decided is not decided again.
    await page.goto(second);
    assert.equal(await page.locator('form[action$="/approval"]').count(), 0);

    // What follows: the host declines, whom it affects is told and appeals; a reviewer suspends the request, takes it
    // back and decides; the case closes, until there is a new fact.
    const press = (way) => page.locator(`form[action$="/${way}"]`).getByRole('button').click();
    page = analyst;
    await page.goto(`${desk.url}/notices`);
    await page.locator(`main a[href$="/${notice}"]`).click();
    await look(page, 'notice');
    await page.locator('form[action$="/answer"] select[name=result]').selectOption('declined');
    await page.locator('form[action$="/answer"] select[name=reason]').selectOption('not_illegal');
    await press('answer');
    assert.match(await page.getByRole('main').textContent(), /Declined: It is not illegal/);
    await look(page, 'notice, answered');
    await page.locator('form[action$="/party"] select[name=step]').selectOption('send');
    await page.locator('form[action$="/party"] [name=to]').fill(`owner@${name}.example.com`);
    await press('party');
    await look(page, 'notice, affected party told');
    const told = desk.letters().map((letter) => desk.letter(letter)).find((letter) => letter.includes(`owner@${name}.example.com`));
    const code = /([0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(told)[0];
    page = await visitor();
    for (const role of ['site_owner', 'lawyer']) {
      await page.goto(`${desk.url}/appeal`);
      await page.locator('[name=code]').fill(code);
      await page.locator('[name=role]').selectOption(role);
      await page.locator('[name=grounds]').first().check();
      await page.locator('[name=text]').fill('This is our own shop and has been for ten years.');
      if (role === 'site_owner') await page.check('#f-interim');
      await go(page, 'Appeal');
      await look(page, 'appeal, lodged');
    }
    const reviewer = (page = await visitor());
    await signIn(page, desk, 'reviewer1');
    await page.goto(`${desk.url}/appeals`);
    await look(page, 'appeals');
    const ofThis = await page.locator('main table').first().getByRole('row').filter({ hasText: 'A request' }).getByRole('link')
      .evaluateAll((all) => all.map((a) => a.href));
    assert.equal(ofThis.length, 2, 'both wait, and none of before does');
    const [duplicate, theAppeal] = ofThis;
    const early = await page.locator('main table').first().getByRole('row').filter({ hasText: 'A report that was refused' })
      .getByRole('link').first().getAttribute('href');
    await page.goto(duplicate);
    await look(page, 'appeal, to be heard');
    await page.locator('form[action$="/dismissal"] select').selectOption('duplicate');
    await press('dismissal');
    await look(page, 'appeal, not heard');
    const hear = async (verdict, reasons) => {
      await page.locator(`form[action$="/decision"] [value=${verdict}]`).check();
      await page.locator('form[action$="/decision"] textarea').fill(reasons);
    };
    await page.goto(desk.url + early);
    await press('take');
    await hear('rejected', javaScriptEnabled
      ? 'A request to the host followed from what was reported, and no officer of this desk refused any part of the report.'
      : 'The report was taken in, two officers signed a request because of it, and its reporter lost nothing by that.');
    await press('decision');
    await look(page, 'appeal, rejected');
    await page.goto(theAppeal);
    await press('take');
    await page.locator('form[action$="/interim"] [value=refuse]').check();
    await page.locator('form[action$="/interim"] textarea').fill('Nothing was taken down.');
    await press('interim');
    await look(page, 'appeal, under review');
    // Whoever was asked writes to the page after all; the analyst puts that away.
    const asked = desk.letters().map((name) => desk.letter(name)).find((mail) => mail.includes(`<${notice}@`));
    const recipient = await visitor();
    await recipient.goto(`${desk.url}/answer`);
    await recipient.locator('[name=code]').fill(/^X-Cordon-Answer: (\S+)/m.exec(asked)[1]);
    await recipient.locator('input[value=declined]').check();
    await go(recipient, 'Send the answer');
    await look(recipient, 'answer, received');
    await analyst.goto(`${desk.url}/notices/${notice}`);
    await look(analyst, 'notice, an answer waits');
    await analyst.locator('form[action$="/dismissal"]').getByRole('button', { name: 'Put away' }).click();
    await look(analyst, 'notice, the answer put away');
    await page.goto(`${desk.url}/notices/${notice}`);
    await page.locator('form[action$="/suspension"] textarea').fill('An appeal is heard.');
    await press('suspension');
    await look(page, 'notice, suspended');
    await page.locator('form[action$="/recall"] textarea').fill('The shop is real.');
    await press('recall');
    await look(page, 'notice, taken back');
    await page.goto(theAppeal);
    await hear('partly_upheld', javaScriptEnabled
      ? 'The hosting contract and the photographs of the shop show whose it is; only the capture made it look like a bank.'
      : 'The owner brings the registration and ten years of invoices, and a customer of the bank confirms that it differs.');
    await page.locator('form[action$="/decision"] [value=apology]').check();
    await press('decision');
    assert.match(await page.getByRole('main').textContent(), /Upheld in part/);
    await look(page, 'appeal, decided');
    page = analyst;
    await page.goto(theCase);
    await look(page, 'case, closed');
    await page.locator('form[action$="/reopen"] textarea').fill('It is back at the same address.');
    await press('reopen');
    assert.match(await page.getByRole('main').textContent(), /Reopened/);
    page = approver;

    // Another one, which the approver refuses.
    const other = await fetch(`${desk.url}/api/v1/public/reports`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ category: 'phishing', where: `https://other-${name}.example.com/`, what: story, nonce: `${name}-0123456789abcdef0123` }),
    });
    assert.equal(other.status, 200);
    page = analyst;
    await open(`other-${name}`);
    await assess(`other-${name}.example.com`);
    const third = await propose();
    page = approver;
    await page.goto(third);
    await decide('refusal', 'It is the page of a test.');
    await look(page, 'proposal, refused');

    // Anybody: a line of the public log is that notice, and what it says verifies.
    page = await visitor();
    await page.goto(desk.url);
    await page.getByRole('main').getByRole('link', { name: 'Public log' }).click();
    await look(page, 'log');
    const line = page.getByRole('row').filter({ hasText: 'Sent' }).first();
    await line.getByRole('link').click();
    await look(page, 'log entry');
    assert.ok((await page.locator('pre').first().textContent()).includes(`"object_id":"${notice}"`));
    assert.match(desk.run('log', 'verify'), /yes/);
    await page.goto(`${desk.url}/numbers`);
    await look(page, 'numbers');
    await page.goto(`${desk.url}/charter`);
    await look(page, 'charter');
    await page.goto(`${desk.url}/notice`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'notice.eml', mimeType: 'message/rfc822', buffer: Buffer.from(desk.letter(left[0]), 'utf8'),
    });
    if (!javaScriptEnabled) await go(page, 'Check');
    await page.locator('#yes').waitFor({ state: 'visible' });
    // Each way of checking is a row: with scripts the file goes nowhere, without them none is fetched.
    watch.requests.add(javaScriptEnabled ? 'POST /notice' : 'GET /notice.js');
    await look(page, 'notice, checked');
    assert.equal((await page.goto(`${desk.url}/nothing`)).status(), 404);
    await look(page, 'nothing');

    // The admin's own page, and what is not theirs.
    const admin = (page = await visitor());
    await signIn(admin, desk, 'admin1');
    assert.equal(admin.url(), `${desk.url}/officers`, 'they land where their work is');
    await look(admin, 'officers');
    assert.equal((await admin.goto(`${desk.url}/queue`)).status(), 403);
    await look(admin, 'not allowed');

    for (const officer of [analyst, approver, reviewer, admin]) {
      await officer.goto(desk.url);
      await officer.getByRole('button', { name: 'Sign out' }).click();
      await officer.goto(`${desk.url}/queue`);
      assert.equal(officer.url(), `${desk.url}/sign-in`);
    }

    watch.nothing();
    const rows = routes();
    const visited = new Set([...watch.requests].map((request) => routeOf(rows, ...request.split(' '))));
    assert.deepEqual(rows.filter((row) => !visited.has(row)), [], 'pages and forms that nobody visited');
  });
}
