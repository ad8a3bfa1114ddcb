// Rules in a real browser, by keyboard: the three examples, an editor whose text survives a mistake and a colleague, in words, tried on the past without a trace in
// the log, switched on, moved up and down; on the case who did it and why; without JavaScript too; and what a reader may do.
import test from 'node:test';
import assert from 'node:assert/strict';
import { desktop, leads, open } from '../lib/browser.mjs';
import { startDesk, until } from '../lib/desk.mjs';

const ticketOf = async (desk, subject) => (await desk.op('ticket.create', { subject, body: 'It does not start.', name: 'Ines Okafor', email: 'ines@northwind.example' })).ticket;
const events = async (desk, ticket) => (await desk.op('ticket.history', { ticket })).items.length;

test('a rule is written, tried on the past, switched on, and says on the case what it did', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  const old = await ticketOf(desk, 'Out of memory on start'), before = await events(desk, old);
  const page = await desktop(t, desk, lena);
  await open(page, '/rules');
  await leads(page, () => page.keyboard.press('c'));
  // a mistake: what was typed stays, and the field says what to write
  await page.fill('#f-title', 'Memory goes to the executors');
  await page.fill('#f-when', 'created');
  await page.fill('#f-if', '"out of memory" (kind:defect');
  await page.fill('#f-then', 'tag area:executors; note "Look at the limits."');
  await leads(page, () => page.getByRole('button', { name: 'Save' }).click());
  assert.match(await page.locator('#e-if').textContent(), /parenthesis is not closed/);
  assert.equal(await page.locator('#f-if').inputValue(), '"out of memory" (kind:defect');
  assert.equal(await page.locator('#f-then').inputValue(), 'tag area:executors; note "Look at the limits."');
  // in words, and on the past; nothing is written
  await page.fill('#f-if', '"out of memory" or subject:oom');
  await leads(page, () => page.getByRole('button', { name: 'In words, and on the past' }).click());
  assert.match(await page.locator('#words').textContent(), /When a case is made, if \(somewhere it says “out of memory” or the subject says “oom”\), then put the tag/);
  assert.match(await page.locator('#tried').textContent(), /1 time on 1 case, of 1 looked at/);
  assert.equal(await events(desk, old), before);
  assert.equal(await page.locator('#f-title').inputValue(), 'Memory goes to the executors');
  assert.doesNotMatch(page.url(), /csrf|memory/, 'no text and no token in the address');
  // saved: off at first; one key switches it on
  await leads(page, () => page.getByRole('button', { name: 'Save' }).click());
  assert.equal(new URL(page.url()).pathname, '/rules/rule/memory-goes-to-the-executors');
  assert.match(await page.locator('.top .tag').textContent(), /version 1, off/);
  await leads(page, () => page.keyboard.press('s'));
  assert.match(await page.locator('.top .tag').textContent(), /version 1, on/);
  // and it acts, once, on new cases
  const fresh = await ticketOf(desk, 'It says out of memory again');
  await until('the rule has acted', async () => (await desk.op('rule.trace', { ticket: fresh })).items.length === 1);
  assert.equal((await desk.op('rule.trace', { ticket: old })).items.length, 0);
  await open(page, `/tickets/${fresh}`);
  assert.match(await page.locator('.side').textContent(), /Memory goes to the executors\s*did it/);
  await leads(page, () => page.getByRole('link', { name: 'Why, and which others looked' }).click());
  await page.getByText('Why: 1 condition').click();
  assert.match(await page.locator('.run').textContent(), /somewhere it says “out of memory”/);
  await leads(page, () => page.locator('.history a').last().click());
  assert.match(await page.locator('.list').textContent(), /Memory goes to the executors[\s\S]*All that it asks was so/);
  assert.match(await page.locator('.list').textContent(), /It begins otherwise: When the status changes/);
  await open(page, `/tickets/${fresh}/history`);
  assert.match(await page.locator('.history').textContent(), /rule “Memory goes to the executors” \(version 1\)/);
});

test('two editors at once: the second is told, and keeps what she typed', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  await desk.op('rule.put', { title: 'First', when: 'created', then: 'tag a' });
  const page = await desktop(t, desk, lena);
  await open(page, '/rules/rule/first');
  await desk.op('rule.put', { rule: 'first', then: 'tag b' });
  await page.fill('#f-then', 'tag mine');
  await leads(page, () => page.getByRole('button', { name: 'Save' }).click());
  assert.match(await page.locator('.errors').textContent(), /operator changed this rule meanwhile \(version 2\)/);
  assert.equal(await page.locator('#f-then').inputValue(), 'tag mine');
  assert.match((await desk.op('rule.show', { rule: 'first' })).then, /^tag b$/);
  // she has looked at it now, and means it
  await leads(page, () => page.getByRole('button', { name: 'Save' }).click());
  assert.equal((await desk.op('rule.show', { rule: 'first' })).then, 'tag mine');
  assert.equal((await desk.op('rule.show', { rule: 'first' })).version, 3);
});

test('rules are moved by key, and paused ones say why', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' }), mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  for (const title of ['One', 'Two']) await desk.op('rule.put', { title, when: 'created', then: `tag ${title.toLowerCase()}` });
  const page = await desktop(t, desk, lena);
  const order = async () => (await desk.op('rule.list', {})).items.map((r) => r.rule);
  await open(page, '/rules');
  const n = (await order()).length;
  await page.keyboard.press('j');
  for (let i = 1; i < n; i++) await page.keyboard.press('j');
  await leads(page, () => page.keyboard.press('h'));
  assert.deepEqual((await order()).slice(-2), ['two', 'one']);
  await leads(page, () => page.getByRole('button', { name: 'Lower: Two' }).click());
  assert.deepEqual((await order()).slice(-2), ['one', 'two']);
  // somebody leaves: the rule that gives cases to her is paused, and the admin hears of it
  await desk.op('rule.put', { title: 'For Mara', when: 'created', then: 'assign mara@desk.example', state: 'on' });
  await desk.op('teammate.disable', { teammate: mara.id });
  await ticketOf(desk, 'Whatever');
  await until('it is paused', async () => (await desk.op('rule.show', { rule: 'for-mara' })).state === 'paused');
  await open(page, '/queue/unsolved');
  await leads(page, () => page.getByRole('link', { name: '1 thing that rules tell you' }).click());
  assert.match(await page.locator('.list').textContent(), /“For Mara” was paused\. Mara Lind is not active any more/);
  await leads(page, () => page.keyboard.press('e'));
  await open(page, '/rules/rule/for-mara');
  assert.match(await page.locator('.wrap').textContent(), /It cannot run: Mara Lind is not active any more/);
});

test('as text, without JavaScript; and a reader looks and tries, but changes nothing', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' }), ben = await desk.person('ben@desk.example', { name: 'Ben Ruiz' });
  await ticketOf(desk, 'Anything');
  const page = await desktop(t, desk, lena, { javaScriptEnabled: false });
  await page.goto('/rules/text');
  const text = await page.locator('textarea').inputValue();
  assert.match(text, /\[rule customer-closed\]/);
  await page.fill('textarea', `${text}\n[rule by-text]\ntitle = By text\nwhen = created\nthen = tag x\n`);
  await page.getByRole('button', { name: 'Compare' }).click();
  assert.match(await page.locator('.card').textContent(), /1 added, 0 changed, 0 removed/);
  await page.getByRole('button', { name: 'Apply' }).click();
  assert.equal((await desk.op('rule.show', { rule: 'by-text' })).title, 'By text');
  await page.goto('/rules/text');
  await page.fill('textarea', '[rule x]\nwhen = never\n');
  await page.getByRole('button', { name: 'Compare' }).click();
  assert.match(await page.locator('.errors').textContent(), /Line 1, \[rule x\]/);
  assert.match(await page.locator('textarea').inputValue(), /when = never/);
  const reader = await desktop(t, desk, ben, { javaScriptEnabled: false });
  await reader.goto('/rules/rule/by-text');
  assert.equal(await reader.getByRole('button', { name: 'Save' }).count(), 0);
  await reader.getByRole('button', { name: 'Try it on the past' }).click();
  assert.match(await reader.locator('#tried').textContent(), /1 time on 1 case/);
  assert.equal((await reader.goto('/rules/new')).status(), 403);
  assert.equal((await reader.goto('/rules')).status(), 200);
});
