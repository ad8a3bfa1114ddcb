// Growing people by the keyboard alone, at 1280 px in light and at 320 px in dark: the newcomer finishes a task and disputes an outcome, takes a shadow place in a
// call; the manager finds everybody on the board; the mentor answers; a lead previews a programme as a person and sees a difference; a session is scored; a
// checklist gets a rhythm. And what is printed: plan, board and certification without bars, buttons and forms.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { startDesk } from '../lib/desk.mjs';
import { seedGrowth } from '../lib/growth.mjs';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
let browser;
before(async () => { browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args }); });
after(() => browser?.close());

const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
const SCREENS = [{ viewport: { width: 1280, height: 900 }, colorScheme: 'light' }, { viewport: { width: 320, height: 700 }, colorScheme: 'dark' }];

async function pageOf(t, desk, who, screen) {
  const context = await browser.newContext({ ...screen, reducedMotion: 'reduce', baseURL: desk.url });
  t.after(() => context.close());
  await context.addCookies([{ name: 'tend', value: who.cookie.slice('tend='.length), url: desk.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  return page;
}

/* Presses Tab until the element has the focus, and sees that it shows where it is. */
async function tabTo(page, locator, most = 250) {
  await locator.first().waitFor();
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await locator.first().evaluate((e) => document.activeElement === e)) {
      const seen = await locator.first().evaluate((e) => {
        const s = getComputedStyle(e), r = e.getBoundingClientRect();
        return { ring: s.outlineStyle !== 'none' || s.boxShadow !== 'none', inside: r.width > 0 && r.right > 0 && r.left < innerWidth };
      });
      assert.deepEqual(seen, { ring: true, inside: true }, 'the focus is seen');
      return;
    }
  }
  assert.fail(`Tab does not lead to ${locator}`);
}
/* Enter on it leads to another page. */
async function go(page, locator) {
  await tabTo(page, locator);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}
async function type(page, locator, text) {
  await tabTo(page, locator);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

async function seed(t) {
  const desk = await startDesk(t);
  const max = await desk.person('max@desk.example', { access: 'lead', name: 'Max Holt', scope: 'write' });
  const mia = await desk.person('mia@desk.example', { access: 'agent', name: 'Mia Sand', scope: 'write' });
  const grown = await seedGrowth(desk, max);
  for (const p of [max, mia]) await desk.op('teammate.update', { teammate: p.id, role: 'customer_engineer' });
  await desk.op('pairing.make', { newcomer: grown.person.id, kind: 'mentor', partner: mia.id, manager: max.id, exception: 'the desk is new' });
  return { desk, max, mia, nia: grown.person, grown };
}

for (const screen of SCREENS) {
  const wide = `${screen.viewport.width} px, ${screen.colorScheme}`;

  test(`a newcomer by keyboard: a task, a dispute, a shadow place, a question (${wide})`, { timeout: 170000 }, async (t) => {
    const { desk, max, mia, nia, grown } = await seed(t);
    const { call } = await desk.op('call.plan', { title: 'First talk', kind: 'discovery', on: day(4), at: '15:30', zone: 'Europe/Lisbon', lead: mia.id, shadow_places: 1 });
    const page = await pageOf(t, desk, nia, screen);
    await page.goto('/growth');
    // the first outcome that asks only for her word, from her home
    const say = page.getByRole('button', { name: /^This is true for me: / });
    const title = (await say.first().getAttribute('aria-label')).slice('This is true for me: '.length);
    await go(page, say);
    const shown = await desk.op('plan.show', { plan: grown.plan });
    assert.equal(shown.items.find((o) => o.title === title).state, 'true');
    // a task of hers that leads to an outcome, ticked on its own page
    const task = shown.items.length && page.locator('a[href*="/playbook/run/"]');
    await go(page, task);
    assert.match(page.url(), /\/playbook\/run\/\d+/);
    await go(page, page.getByRole('button', { name: 'Done', exact: true }));
    const run = Number(page.url().match(/run\/(\d+)/)[1]);
    assert.ok((await desk.op('run.show', { run })).tasks.some((x) => x.state === 'done'));
    // not true for me
    const open = shown.items.find((o) => o.key === 'W1.6');
    await page.goto(`/growth/outcomes/${open.outcome}`);
    await type(page, page.locator('form[action="/do/dispute.open"] textarea'), 'Nobody told me which tools there are.');
    await go(page, page.locator('form[action="/do/dispute.open"] button'));
    assert.ok((await desk.op('dispute.list', { state: 'open' })).items.some((d) => /which tools/.test(d.text)));
    // a shadow place in a call
    await page.goto('/calls');
    await go(page, page.getByRole('button', { name: /^Shadow/ }));
    assert.ok(JSON.stringify(await desk.op('call.show', { call })).includes('"shadow"'));
    // a question to the mentor, who answers it by keyboard too
    await page.goto('/ask');
    await type(page, page.locator('form[action="/do/pairing.ask"] textarea'), 'How long is a first call?');
    await go(page, page.locator('form[action="/do/pairing.ask"] button.main'));
    const other = await pageOf(t, desk, mia, screen);
    await other.goto('/mentoring');
    await type(other, other.locator('form[action="/do/pairing.answer"] textarea'), 'Half an hour.');
    await go(other, other.locator('form[action="/do/pairing.answer"] button.main'));
    await page.goto('/ask');
    assert.match(await page.content(), /Half an hour\./);
    assert.ok(max.id);
  });

  test(`a manager by keyboard: the board, a preview as a person, a difference, a score, a rhythm (${wide})`, { timeout: 170000 }, async (t) => {
    const { desk, max, mia, nia, grown } = await seed(t);
    const { items } = await desk.op('certification.editions', { programme: 'demo' });
    const { certification } = await desk.op('certification.start', { teammate: nia.id, mentor: mia.id, manager: max.id, edition: items.find((e) => e.valid_from === '2021-09-01').id });
    const { call } = await desk.op('call.plan', { title: 'A look', kind: 'demo', on: day(-1), at: '09:00', zone: 'UTC', lead: nia.id, shadows: [mia.id] });
    await desk.op('call.held', { call });
    await desk.op('call.record', { call, url: 'https://recordings.example/1', minutes: 30, consent: 'all agreed' });
    const page = await pageOf(t, desk, max, screen);
    await page.goto('/growth/board');
    await go(page, page.getByRole('link', { name: 'Nia Okoro' }));
    assert.match(await page.locator('h1').textContent(), /Nia Okoro/);
    // the draft of a programme: what differs, and as Nia would have it
    await page.goto(`/growth/programmes/${grown.programme}?rev=${grown.draft}`);
    assert.match(await page.content(), /What differs from revision/);
    const person = page.locator('form[action$="#preview"] select').first();
    await tabTo(page, page.locator('#p-start'));
    await page.keyboard.type('12072026');
    await tabTo(page, person);
    await page.keyboard.type('Nia');
    await go(page, page.locator('form[action$="#preview"] button'));
    assert.match(await page.content(), /For Nia Okoro/);
    assert.match(await page.content(), /I have looked at a dashboard/);
    // a session scored from the recording
    await page.goto(`/certifications/${certification}`);
    await tabTo(page, page.locator('summary', { hasText: /^Score it as/ }));
    await page.keyboard.press('Enter');
    const first = page.locator('form[action="/do/certification.score"] select').first();
    await tabTo(page, first);
    await page.keyboard.type('3');
    await go(page, page.locator('form[action="/do/certification.score"] button.main'));
    assert.match(await page.content(), /<b>3<\/b>/);
    // a checklist that begins by itself
    const { playbook } = await desk.op('playbook.create', { name: 'Look at the week' });
    await desk.op('playbook.task_add', { playbook, title: 'Look' });
    await desk.op('playbook.publish', { playbook });
    await page.goto(`/playbooks/${playbook}`);
    await go(page, page.getByRole('link', { name: 'By itself' }));
    await tabTo(page, page.locator('input[name=weekdays][value=mon]'));
    await page.keyboard.press(' ');
    await go(page, page.getByRole('button', { name: 'Let it begin by itself' }));
    assert.match(await page.content(), /every Monday at 09:00/);
    await go(page, page.getByRole('button', { name: /^No more/ }));
    assert.match(await page.content(), /ended /);
  });
}

test('plan, board and certification are printed without what only a screen has', { timeout: 170000 }, async (t) => {
  const { desk, max, nia, grown } = await seed(t);
  const { certification } = await desk.op('certification.start', { teammate: nia.id, mentor: 3, manager: max.id });
  const page = await pageOf(t, desk, max, SCREENS[0]);
  for (const at of [`/growth/plans/${grown.plan}`, '/growth/board', `/certifications/${certification}`, '/growth/figures']) {
    await page.goto(at);
    await page.emulateMedia({ media: 'print' });
    const seen = await page.evaluate(() => [...document.querySelectorAll('nav, button, summary.btn, form.form, .rail, a.btn')].filter((e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden').map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`));
    assert.deepEqual(seen, [], at);
    assert.ok(await page.locator('h1').isVisible());
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/print${at.replaceAll('/', '-')}.png`, fullPage: true });
    await page.emulateMedia({ media: 'screen' });
  }
});
