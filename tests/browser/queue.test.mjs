// The line in a real browser, by keyboard alone: q anywhere opens the first case that fits, r answers it, q gives the next one; number one on every list; being
// at capacity; axe and 320 px for what has something in it stand in pages.test.mjs. Run: node --test tests/browser/queue.test.mjs (TEND_BIN, CHROMIUM).
import test from 'node:test';
import assert from 'node:assert/strict';
import { desktop, leads, open } from '../lib/browser.mjs';
import { startDesk, until } from '../lib/desk.mjs';

const add = async (desk, n) => (await desk.op('ticket.create', { subject: `Case ${n}`, body: 'It does not start.', name: 'Ines Okafor', email: `ines${n}@northwind.example` })).ticket;

test('q, r, Ctrl+Enter, q: a morning without a mouse', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const page = await desktop(t, desk, mara);
  // nothing waits: the page of the line teaches, and the key says so
  await open(page, '/next');
  assert.match(await page.locator('.empty').innerText(), /The line is empty/);
  await leads(page, () => page.keyboard.press('q'));
  assert.match(await page.locator('[role=alert]').innerText(), /The line is empty/);
  const first = await add(desk, 1), second = await add(desk, 2);
  // from any page: a list, the settings
  await open(page, '/me');
  await leads(page, () => page.keyboard.press('q'));
  assert.equal(new URL(page.url()).pathname, `/tickets/${first}`);
  assert.match(await page.locator('.flash').innerText(), /1st in the line[\s\S]*nobody holds it/);
  assert.match(await page.locator('#case-cards').innerText(), /Number one in the line/);
  assert.equal((await desk.op('ticket.show', { ticket: first })).assignee, mara.id);
  await page.keyboard.press('r');
  await page.keyboard.type('Which version do you run?');
  await leads(page, () => page.keyboard.press('Control+Enter'));
  await until('it is answered', async () => (await desk.op('ticket.messages', { ticket: first })).items.length === 2);
  // answered: the next one
  await leads(page, () => page.keyboard.press('q'));
  assert.equal(new URL(page.url()).pathname, `/tickets/${second}`);
  // while typing, q is a letter
  await page.keyboard.press('i');
  await page.keyboard.type('quick note');
  assert.equal(await page.locator('textarea[name=body]').inputValue(), 'quick note');
});

test('number one stands above every list with its reason, and t takes it', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const a = await add(desk, 1), b = await add(desk, 2);
  await desk.op('ticket.update', { ticket: b, priority: 'p0' });
  const page = await desktop(t, desk, mara);
  for (const view of ['unassigned', 'unsolved', 'mine', 'solved']) {
    await open(page, `/queue/${view}`);
    assert.match(await page.locator('section.first').innerText(), /Case 2[\s\S]*Number one: p0/);
  }
  await open(page, '/queue/unassigned');
  await leads(page, () => page.keyboard.press('t'));
  assert.equal(new URL(page.url()).pathname, `/tickets/${b}`);
  await open(page, '/next');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await leads(page, () => page.keyboard.press('Enter'));
  assert.equal(new URL(page.url()).pathname, `/tickets/${a}`);
});

test('at capacity and back, overload declared and over, at 320 px', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind', access: 'lead' });
  await add(desk, 1);
  const page = await desktop(t, desk, mara, { viewport: { width: 320, height: 640 } });
  await open(page, '/load');
  await page.getByLabel('What there is so much of').fill('two escalations');
  await leads(page, () => page.getByRole('button', { name: 'Say so' }).click());
  assert.match(await page.locator('tbody').first().innerText(), /at capacity: two escalations/);
  await leads(page, () => page.locator('.rail .act button').click());
  assert.match(await page.locator('[role=alert]').innerText(), /you are at capacity/);
  await open(page, '/load');
  await leads(page, () => page.keyboard.press('c'));
  await open(page, '/next');
  await page.locator('summary', { hasText: /^Overload/ }).click();
  await page.locator('summary', { hasText: 'Declare overload' }).click();
  await page.locator('#f-declare-why').fill('the outage');
  await leads(page, () => page.getByRole('button', { name: 'Declare overload' }).click());
  assert.match(await page.locator('.in-force').innerText(), /Overload, declared by Mara Lind until[\s\S]*the outage/);
  await open(page, '/queue/unassigned');
  assert.match(await page.locator('.in-force').first().innerText(), /The line goes by tier/);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
});

test('without JavaScript the button in the rail does the same', { timeout: 60000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const first = await add(desk, 1), page = await desktop(t, desk, mara, { javaScriptEnabled: false });
  await page.goto('/queue/mine');
  await page.getByRole('button', { name: 'Next q' }).click();
  await page.waitForURL(`**/tickets/${first}`);
  assert.match(await page.locator('#case-cards').innerText(), /Number one/);
});
