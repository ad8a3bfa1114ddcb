// Writing and finding in a real browser, by keyboard: the preview with and without JavaScript, a secret stopped, a macro, two tabs, a colleague's draft taken
// over, a saved view and the way back to its row, many tickets changed and put back, the tour that goes for good.
import test from 'node:test';
import assert from 'node:assert/strict';
import { desktop, leads, open, tabsOf } from '../lib/browser.mjs';
import { startDesk, until } from '../lib/desk.mjs';

const ticketOf = async (desk, n) => (await desk.op('ticket.create', { subject: `Case ${n}`, body: 'It does not start.', name: 'Ines Okafor', email: `ines${n}@northwind.example`, version: '5.2.1' })).ticket;

test('preview, coach, a secret stopped, a macro, and what is known', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const ticket = await ticketOf(desk, 1), at = `/tickets/${ticket}`;
  const page = await desktop(t, desk, mara);
  await open(page, at);
  // the coach speaks after a pause; v shows how it will look
  await page.keyboard.press('r');
  await page.keyboard.type('What **version** do you run? Please send us the logs ASAP, dear Ines.');
  await until('the coach has read it', async () => (await page.locator('.coach').textContent().catch(() => '')).includes('5.2.1'), 30000);
  assert.match(await page.locator('.coach').textContent(), /say why you need it[\s\S]*asap/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('v');
  await page.locator('#preview strong', { hasText: 'version' }).waitFor();
  // a secret is stopped, nothing is lost, and it can be sent on purpose
  await page.keyboard.press('r');
  await page.locator('textarea[name=body]').fill('Use ghp_abcdefghijklmnopqrstuvwxyz0123456789 then.');
  await leads(page, () => page.keyboard.press('Control+Enter'));
  assert.match(await page.locator('.errors').textContent(), /a GitHub token in line 1/);
  assert.match(await page.locator('textarea[name=body]').inputValue(), /^Use ghp_/);
  assert.equal((await desk.op('ticket.messages', { ticket })).items.length, 1);
  await leads(page, () => page.getByRole('button', { name: 'Send it with the secret' }).click());
  assert.equal((await desk.op('ticket.messages', { ticket })).items.length, 2);
  assert.doesNotMatch(desk.log(), /ghp_/, 'it is in no log line');
  // a macro by key: a draft with its variables filled in, nothing sent
  await page.keyboard.press('m');
  await leads(page, () => page.getByRole('button', { name: 'Status, next steps, when you hear again' }).click());
  assert.match(await page.locator('textarea[name=body]').inputValue(), /^Hello Ines,\n\n\*\*Where it stands/);
  assert.equal(await page.locator('select[name=status]').inputValue(), 'pending');
  assert.match(await page.locator('.coach').textContent(), /Still to fill in/);
  assert.equal((await desk.op('ticket.messages', { ticket })).items.length, 2);
  // w: what is known
  await page.keyboard.press('w');
  assert.match(await page.locator('.known').textContent(), /Version\s*5\.2\.1/);
});

test('the preview without JavaScript keeps what was typed', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const ticket = await ticketOf(desk, 1);
  const page = await desktop(t, desk, mara, { javaScriptEnabled: false });
  await page.goto(`/tickets/${ticket}`);
  await page.locator('[data-public]').check();
  await page.locator('textarea[name=body]').fill('Hello **Ines**, AKIAIOSFODNN7EXAMPLE');
  await page.locator('select[name=status]').selectOption('pending');
  await page.getByRole('button', { name: 'Preview' }).click();
  assert.equal(await page.locator('#preview strong').textContent(), 'Ines');
  assert.match(await page.locator('.coach').textContent(), /an AWS access key in line 1/);
  assert.equal(await page.locator('textarea[name=body]').inputValue(), 'Hello **Ines**, AKIAIOSFODNN7EXAMPLE');
  assert.equal(await page.locator('[data-public]').isChecked(), true);
  assert.equal(await page.locator('select[name=status]').inputValue(), 'pending');
  assert.equal((await desk.op('ticket.messages', { ticket })).items.length, 1);
});

test('two tabs, and two people', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' }), theo = await desk.person('theo@desk.example', { name: 'Theo Brandt' });
  const ticket = await ticketOf(desk, 1), at = `/tickets/${ticket}`;
  const tab = await tabsOf(t, desk, mara), first = await tab(), second = await tab();
  await open(first, at);
  await open(second, at);
  await first.locator('textarea[name=body]').fill('From the first tab');
  await until('the first is saved', async () => (await desk.http('GET', at, { cookie: mara.cookie })).text.includes('From the first tab</textarea>'), 30000);
  await second.locator('textarea[name=body]').fill('From the second tab');
  await second.locator('[data-stale]', { hasText: 'Another tab of yours' }).waitFor();
  const now = await desk.http('GET', at, { cookie: mara.cookie });
  assert.match(now.text, /From the first tab<\/textarea>/, 'not written over');
  assert.match(now.text, /draft-beside[\s\S]*From the second tab/, 'and the other is kept');
  // Theo sees that she has begun, and takes it over
  const other = await desktop(t, desk, theo);
  await open(other, at);
  assert.match(await other.locator('.draft-other').textContent(), /Mara Lind has begun a note/);
  await leads(other, () => other.getByRole('button', { name: 'Take it over' }).click());
  assert.equal(await other.locator('textarea[name=body]').inputValue(), 'From the first tab');
  assert.match(await other.locator('#messages').textContent(), /Theo Brandt took over a colleague's draft/);
});

test('a view, the way back to its row, many tickets changed and put back, the tour', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const ben = await desk.person('ben@desk.example', { name: 'Ben Ruiz', access: 'lead' });
  for (let i = 1; i <= 6; i++) await ticketOf(desk, i);
  const page = await desktop(t, desk, ben);
  // the tour: read once, gone for good
  await open(page, '/queue/unassigned');
  assert.match(await page.locator('.tour').textContent(), /Everything has a key/);
  await leads(page, () => page.getByRole('button', { name: 'Got it' }).click());
  assert.match(await page.locator('.tour').textContent(), /Ctrl K jumps/);
  await leads(page, () => page.getByRole('button', { name: 'No more hints' }).click());
  assert.equal(await page.locator('.tour').count(), 0);
  // a search becomes a view
  await open(page, '/search?q=' + encodeURIComponent('is:unsolved sort:oldest'));
  await leads(page, () => page.keyboard.press('c'));
  await page.locator('#f-name').fill('Everything');
  await leads(page, () => page.keyboard.press('Enter'));
  assert.match(await page.locator('h1').textContent(), /Everything/);
  const view = page.url();
  // into the third and back: the same row
  for (const k of ['j', 'j', 'j']) await page.keyboard.press(k);
  const row = await page.evaluate(() => document.activeElement.closest('[data-row]').dataset.row);
  await leads(page, () => page.keyboard.press('Enter'));
  assert.match(page.url(), new RegExp(`/tickets/${row}$`));
  await leads(page, () => page.keyboard.press('u'));
  assert.equal(page.url(), view);
  await until('the focus is on the row again', () => page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.row).then((r) => r === row));
  // two are chosen, looked at, changed, put back
  for (const k of ['x', 'j', 'x']) await page.keyboard.press(k);
  await leads(page, () => page.keyboard.press('b'));
  await page.locator('#f-priority').selectOption('p1');
  await page.locator('#f-tag').fill('theme:executors');
  await leads(page, () => page.getByRole('button', { name: 'See what would change' }).click());
  assert.match(await page.locator('h2').textContent(), /2 of 2/);
  await leads(page, () => page.keyboard.press('e'));
  assert.equal(page.url(), view, 'back where she came from');
  assert.match(await page.locator('.flash').textContent(), /2 tickets are changed/);
  assert.equal((await desk.op('ticket.show', { ticket: Number(row) })).priority, 'p1');
  await leads(page, () => page.keyboard.press('z'));
  assert.match(await page.locator('.flash').textContent(), /2 of 2 tickets are as they were/);
  assert.equal((await desk.op('ticket.show', { ticket: Number(row) })).priority ?? null, null);
});

test('the search page follows each letter, and coming back finds it again', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  await desk.op('ticket.create', { subject: 'Executors stay idle', body: 'The queue is full and nothing runs.', email: 'ines@northwind.example' });
  const two = (await desk.op('ticket.create', { subject: 'Licence key', body: 'Where do I put it? "out of memory" it says.', email: 'ines@northwind.example' })).ticket;
  const page = await desktop(t, desk, mara);
  await open(page, '/search');
  await page.locator('#f-q').focus();
  await page.keyboard.type('exec');
  await page.locator('#found .subject', { hasText: 'Executors stay idle' }).waitFor();
  assert.equal(await page.locator('[role=status]', { hasText: '1 ticket' }).count(), 1);
  assert.ok(await page.locator('#f-q').evaluate((e) => e === document.activeElement), 'the hand stays in the field');
  // a field that is not understood says so while typing; an open quotation mark does not
  await page.locator('#f-q').fill('status:nonsense');
  await page.locator('#found-part', { hasText: 'status: takes' }).waitFor();
  await page.locator('#f-q').fill('');
  await page.keyboard.type('"out of mem');
  await page.locator('#found .subject', { hasText: 'Licence key' }).waitFor();
  assert.match(page.url(), /q=%22out\+of\+mem$/);
  await leads(page, () => page.locator('#found .subject').click());
  assert.match(page.url(), new RegExp(`/tickets/${two}`));
  await leads(page, () => page.goBack());
  assert.equal(await page.locator('#f-q').inputValue(), '"out of mem');
  // Enter is the whole search, as without a script, and says what is wrong
  await page.locator('#f-q').focus();
  await leads(page, () => page.keyboard.press('Enter'));
  assert.match(await page.locator('.error').textContent(), /quotation mark is not closed/);
});
