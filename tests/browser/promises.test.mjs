// The pages of promises by the keyboard: a row is edited, its change looked at, a way of changing over chosen, and why a ticket is due then; a mark is overturned; a
// file of holidays is a difference first; timers and targets by form. At 1280 and 320 px, light and dark. SHOTS=DIR keeps pictures.
//   node --test tests/browser/promises.test.mjs (TEND_BIN, CHROMIUM)
import test from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { browser } from '../lib/browser.mjs';
import { startDesk, until } from '../lib/desk.mjs';

const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const LOOKS = [[1280, 'light'], [320, 'dark'], [1280, 'dark'], [320, 'light']];

async function open(t, desk, who, [width, colorScheme], path) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
  t.after(() => context.close());
  await context.addCookies([{ name: 'tend', value: who.cookie.slice(5), url: desk.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.on('pageerror', e => assert.fail(e.message));
  await page.goto(desk.url + path);
  page.look = async name => {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${name} at ${width} px does not scroll sideways`);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
  };
  /* Tab until the control has the focus: it can be reached */
  page.tabTo = async locator => {
    await locator.waitFor({ state: 'attached' });
    const want = await locator.elementHandle();
    for (let i = 0; i < 250; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(e => document.activeElement === e, want)) return;
    }
    assert.fail(`${locator} cannot be reached with Tab`);
  };
  page.enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  return page;
}

async function aDesk(t) {
  const desk = await startDesk(t);
  const admin = await desk.person('ada@desk.example', { access: 'admin', name: 'Ada' });
  await desk.op('organisation.create', { name: 'Northwind', tier: 'enterprise', stage: 'post_sales', deployment: 'self_hosted_compose', domains: ['northwind.example'] });
  const { ticket } = await admin.do('ticket.create', { subject: 'Crash at start', body: 'It does not start.', name: 'Ines', email: 'ines@northwind.example', severity: 1 });
  return { desk, admin, ticket };
}

test('a row is edited, looked at, changed over, and says why', { timeout: 240000 }, async t => {
  const { desk, admin, ticket } = await aDesk(t);
  for (const [i, look] of LOOKS.entries()) {
    const page = await open(t, desk, admin, look, '/promises');
    await page.look('promises');
    await page.tabTo(page.getByRole('link', { name: 'D1', exact: true }).first());
    await page.enter();
    assert.match(await page.locator('h1').textContent(), /Row D1/);
    await page.look('row');
    await page.tabTo(page.locator('#f-text'));
    const text = await page.locator('#f-text').inputValue();
    assert.match(text, /first_response = /);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text.replace(/first_response = \d+h/, `first_response = ${5 + i}h`));
    await page.tabTo(page.locator('input[name=open]:checked'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('input[name=open]:checked').getAttribute('value'), 'start');
    await page.tabTo(page.getByRole('button', { name: 'Show what it would change' }));
    await page.enter();
    assert.match(await page.locator('section.first h2').textContent(), /1 due dates move/);
    await page.look('row-preview');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('e')]);
    assert.equal(new URL(page.url()).pathname, '/promises');
    await page.goto(`${desk.url}/tickets/${ticket}/due`);
    assert.match(await page.locator('main').textContent(), new RegExp(`promises ${5 + i} business hours`));
    await page.look('why');
  }
});

test('a wrong row comes back with what was typed', { timeout: 120000 }, async t => {
  const { desk, admin } = await aDesk(t);
  const page = await open(t, desk, admin, LOOKS[1], '/promises/rows/D1');
  await page.tabTo(page.locator('#f-text'));
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('[rule D1]\nfirst_response = minus four\ncalendar = pacific-24x5\n');
  await page.tabTo(page.getByRole('button', { name: 'Show what it would change' }));
  await page.enter();
  assert.match(await page.getByRole('alert').first().textContent(), /Nothing was changed yet/);
  assert.match(await page.locator('#f-text').inputValue(), /minus four/);
  await page.look('row-wrong');
});

test('a mark is overturned, with a reason', { timeout: 240000 }, async t => {
  const { desk, admin, ticket } = await aDesk(t);
  await admin.do('ticket.reply', { ticket, body: 'I looked at the log and set the limit. Could you try again by tomorrow?', mark: 'substantive' });
  for (const [i, look] of LOOKS.entries()) {
    const page = await open(t, desk, admin, look, `/tickets/${ticket}`);
    const form = page.locator('form[action="/do/sla.overturn"]').first();
    const summary = page.locator('details', { has: page.locator('form[action="/do/sla.overturn"]') }).locator('summary').first();
    if (await summary.count()) {
      await page.tabTo(summary);
      await page.keyboard.press('Enter');
    }
    await page.tabTo(form.locator('select, input[type=radio]').first());
    const select = form.locator('select[name=mark]');
    if (await select.count()) await select.selectOption(i % 2 ? 'substantive' : 'acknowledgement');
    await page.tabTo(form.locator('[name=reason]'));
    await page.keyboard.insertText('it says nothing that helps');
    await page.look('overturn');
    await page.enter();
    const { clocks } = await admin.do('sla.clocks', { ticket });
    assert.equal(clocks.find(c => c.clock === 'first_response').outcome, i % 2 ? 'met' : 'running');
  }
});

const file = days => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...days.flatMap(([day, name]) => ['BEGIN:VEVENT', `DTSTART;VALUE=DATE:${day}`, `SUMMARY:${name}`, 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n');

test('a file of holidays is a difference first', { timeout: 240000 }, async t => {
  const { desk, admin } = await aDesk(t);
  const year = new Date().getUTCFullYear() + 2;
  const first = file([[`${year}0704`, 'Independence Day'], [`${year}0907`, 'Labor Day'], ['20010101', 'Long ago']]);
  const second = file([[`${year}0704`, 'Independence Day'], [`${year}1126`, 'Thanksgiving']]);
  for (const [i, look] of LOOKS.slice(0, 2).entries()) {
    const page = await open(t, desk, admin, look, '/promises/calendars/pacific-9-5');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('i')]);
    assert.equal(await page.locator('h1').textContent(), 'Holidays');
    await page.look('holidays');
    const bytes = i ? second : first;
    await page.locator('#f-file').setInputFiles({ name: 'us.ics', mimeType: 'text/calendar', buffer: Buffer.from(bytes) });
    await page.tabTo(page.getByRole('button', { name: 'Show the difference' }));
    await page.enter();
    const said = await page.locator('main').textContent();
    assert.match(said, i ? /1 to add, 1 of an earlier file to take away/ : /2 to add, 0 of an earlier file to take away\. 1 day is over/);
    await page.look('holidays-difference');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('e')]);
    assert.equal(new URL(page.url()).pathname, '/promises/calendars/pacific-9-5/holidays');
    const list = await page.locator('main').textContent();
    assert.match(list, /Independence Day/);
    assert[i ? 'doesNotMatch' : 'match'](list, /Labor Day/);
    assert[i ? 'match' : 'doesNotMatch'](list, /Thanksgiving/);
  }
  const page = await open(t, desk, admin, LOOKS[3], '/promises/calendars/pacific-9-5/holidays');
  await page.locator('#f-file').setInputFiles({ name: 'a.ics', mimeType: 'text/calendar', buffer: Buffer.from('Dear Sir') });
  await page.tabTo(page.getByRole('button', { name: 'Show the difference' }));
  await page.enter();
  assert.match(await page.getByRole('alert').first().textContent(), /no iCalendar file/);
  await page.look('holidays-wrong');
  /* an address: what lies inside the house is not fetched for anybody, and what was typed stays */
  await page.locator('#f-address').fill('https://127.0.0.1:8443/us.ics');
  await page.tabTo(page.getByRole('button', { name: 'Show the difference' }));
  await page.enter();
  assert.match(await page.getByRole('alert').first().textContent(), /internal address/);
  assert.equal(await page.locator('#f-address').inputValue(), 'https://127.0.0.1:8443/us.ics');
  await page.look('holidays-internal');
  /* and one is taken away by its button */
  page.on('dialog', d => d.accept());
  await page.tabTo(page.getByRole('button', { name: /Take away Thanksgiving/ }));
  await page.keyboard.press('Enter');
  await until('Thanksgiving is gone', async () => !/Thanksgiving/.test((await desk.op('config.text', {})).text));
});

test('timers and targets by form', { timeout: 240000 }, async t => {
  const { desk, admin } = await aDesk(t);
  for (const [i, look] of LOOKS.entries()) {
    const page = await open(t, desk, admin, look, '/promises/timers');
    await page.look('timers');
    await page.tabTo(page.locator('#f-solve'));
    await page.keyboard.insertText(i ? `${40 + i}h business` : 'soon');
    await page.tabTo(page.locator('#f-from'));
    await page.keyboard.insertText(`20${30 + i}-01-01`);
    await page.tabTo(page.getByRole('button', { name: 'Show what it would change' }));
    await page.enter();
    if (!i) {
      assert.match(await page.getByRole('alert').first().textContent(), /Nothing was changed yet/);
      await page.look('timers-wrong');
      continue;
    }
    assert.match(await page.locator('pre').first().textContent(), new RegExp(`pending_to_solved = ${40 + i}h business`));
    await page.look('timers-preview');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('e')]);
    assert.equal(new URL(page.url()).pathname, '/promises/timers');
    assert.match(await page.locator('main').textContent(), new RegExp(`after ${40 + i}h business`));
  }
  for (const look of LOOKS.slice(0, 2)) {
    const page = await open(t, desk, admin, look, '/promises/targets');
    await page.look('targets');
    await page.tabTo(page.getByRole('link', { name: /Change the row first_response 2023-05-24/ }));
    await page.enter();
    const percent = await page.locator('#f-percent').inputValue();
    await page.tabTo(page.locator('#f-percent'));
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(String(Number(percent) + 1));
    await page.look('targets-form');
    await page.tabTo(page.getByRole('button', { name: 'Show what it would change' }));
    await page.enter();
    await Promise.all([page.waitForNavigation(), page.keyboard.press('e')]);
    assert.match(await page.locator('main').textContent(), new RegExp(`${Number(percent) + 1} %`));
  }
});
