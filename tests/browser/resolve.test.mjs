// Handing a case over, by keyboard alone, on the real program in a real browser: offered with what the next one must know, declined, offered again, accepted, and
// the customer greeted; who held it for how long. And: every list keeps its place, nothing jumps while somebody reads, the page she left is the page she returns to.
import test from 'node:test';
import assert from 'node:assert/strict';
import { desktop, looked, open, press, ready, send } from '../lib/browser.mjs';
import { startDesk, until } from '../lib/desk.mjs';
import { show } from '../lib/mail.mjs';

test('a hand-over, by keyboard: offered, declined, offered again, accepted, greeted', { timeout: 90000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind', zone: 'UTC', scope: 'write' }), theo = await desk.person('theo@desk.example', { name: 'Theo Brandt', zone: 'UTC', scope: 'write' });
  await theo.do('me.hours', { hours: 'mon-sun 00:00-24:00' });
  const { ticket } = await desk.op('ticket.create', { subject: 'Executors stay in starting', body: 'Help', name: 'Ines Okafor', email: 'ines@northwind.example' });
  await mara.do('ticket.reply', { ticket, body: 'Which version?', status: 'pending' });
  const at = `/tickets/${ticket}`, page = await desktop(t, desk, mara, { wait: 8000 }), his = await desktop(t, desk, theo, { wait: 8000 });

  // h, why, to whom, the five fields; what the proposal leaves open is not sent
  await open(page, at);
  await send(page, 'h');
  assert.equal(new URL(page.url()).pathname, `${at}/handover`);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'f-reason');
  await page.keyboard.type('I hold');
  await press(page, 'Tab');
  await page.keyboard.type('Theo');
  for (const [id, words] of [['context', 'A big fleet'], ['tried', 'A new key'], ['links', 'https://docs.example/x'], ['last_step', 'I asked for logs'], ['next_step', 'Read them tomorrow']]) {
    await page.locator(`#f-${id}`).focus();
    await page.keyboard.type(words);
  }
  assert.match(await page.locator('#f-tell').inputValue(), /Hello Ines,/);
  await press(page, 'Tab', 'Tab');
  await send(page, 'Enter');
  assert.match(await page.locator('#e-tell').textContent(), /brackets/);
  assert.equal(await page.locator('#f-context').inputValue(), 'A big fleet', 'what was typed stays');
  assert.equal(await page.locator('#f-to').evaluate((e) => e.selectedOptions[0].textContent.split(':')[0]), 'Theo Brandt');
  await page.locator('#f-tell').focus();
  await press(page, 'Control+A');
  await page.keyboard.type('I gave Theo all that you sent us; he goes on tomorrow.');
  await press(page, 'Tab');
  await send(page, 'Enter');
  assert.equal(new URL(page.url()).pathname, at);
  assert.match(await page.locator('.hand').textContent(), /You offer this to Theo Brandt/);
  assert.match(await page.locator('.side').textContent(), /Held by\s*Mara Lind/, 'she holds it until he takes it');
  assert.match(await page.locator('.top .tag').textContent(), /Pending/, 'the status stays');

  // he is told where he looks, and declines; she sees why and keeps it
  await open(his, '/queue/mine');
  assert.match(await his.locator('main').textContent(), /is offered to you/);
  await open(his, at);
  assert.match(await his.locator('.msg.note').last().textContent(), /Tried so far[\s\S]*A new key/);
  await send(his, '2');
  await open(page, at);
  assert.match(await page.locator('.hand').textContent(), /Theo Brandt declined/);
  assert.equal((await show(desk, ticket)).assignee?.id ?? (await show(desk, ticket)).assignee, mara.id);
  await mara.do('handover.offer', { ticket, reason: 'overload', context: 'A big fleet', last_step: 'I asked', next_step: 'Read them' });

  // anybody may take that one; who took it is asked to greet the customer, once
  await open(his, at);
  await send(his, '1');
  assert.match(await his.locator('.hand').textContent(), /You took this over from Mara Lind[\s\S]*greet Ines/);
  assert.match(await his.locator('.side').textContent(), /changed hands once/);
  await press(his, 'r');
  await his.keyboard.type('Good day, I am Theo. The logs have come and I read them now.');
  await send(his, 'Control+Enter');
  assert.equal(await his.locator('.hand').count(), 0);

  await looked(t, desk, theo, [at, `${at}/held`, '/handovers', `${at}/handover`]);
  const told = await desk.http('GET', `${at}/held`, { cookie: theo.cookie });
  for (const words of ['Mara Lind', 'Theo Brandt', 'hand-off', 'On the clock']) assert.ok(told.text.includes(words), words);
});

/* Where a row stands on the screen. */
const topOf = (page, id) => page.locator(`[data-row="${id}"]`).evaluate((e) => Math.round(e.getBoundingClientRect().top));

test('a list keeps its place: cursor and scroll are there after going back, whichever way', { timeout: 90000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind', scope: 'write' });
  for (let i = 0; i < 40; i++) await desk.op('ticket.create', { subject: `Case ${i}`, body: 'x', name: 'Ines', email: `i${i}@northwind.example` });
  const page = await desktop(t, desk, mara, { viewport: { width: 1100, height: 600 }, wait: 8000 });
  for (const list of ['/queue/unassigned', '/search?q=is:unsolved']) {
    await open(page, list);
    for (let i = 0; i < 25; i++) await press(page, 'j');
    const id = await page.evaluate(() => document.activeElement.closest('[data-row]').dataset.row), scrolled = await page.evaluate(() => scrollY);
    assert.ok(scrolled > 200, `${list}: it is scrolled (${scrolled})`);
    const was = await topOf(page, id);
    for (const back of [() => send(page, 'u'), async () => { await page.goBack(); await ready(page); }]) {
      await send(page, 'Enter');
      assert.equal(new URL(page.url()).pathname, `/tickets/${id}`);
      await back();
      assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, list);
      await until('the cursor is on the row she left', async () => (await page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.row)) === id);
      assert.ok(Math.abs(await topOf(page, id) - was) <= 2, `${list}: the row is where it was (${was}, now ${await topOf(page, id)})`);
    }
  }
});

test('nothing jumps: what comes in while she reads does not move the line under her eye', { timeout: 90000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind', scope: 'write' }), theo = await desk.person('theo@desk.example', { name: 'Theo Brandt', scope: 'write' });
  const { ticket } = await desk.op('ticket.create', { subject: 'A long case', body: 'x\n\n'.repeat(5), name: 'Ines', email: 'ines@northwind.example' });
  for (let i = 0; i < 12; i++) await theo.do('ticket.note', { ticket, body: `Note ${i}\n\n${'A line of it.\n\n'.repeat(6)}` });
  const page = await desktop(t, desk, mara, { viewport: { width: 1100, height: 600 }, wait: 8000 });
  await open(page, `/tickets/${ticket}`);
  const line = page.locator('.msg.note').nth(5);
  await line.evaluate((e) => e.scrollIntoView({ block: 'center' }));
  const where = () => line.evaluate((e) => Math.round(e.getBoundingClientRect().top)), before = await where();
  await page.evaluate(() => { window.sameDocument = true; });
  for (let i = 0; i < 3; i++) await theo.do('ticket.note', { ticket, body: `Later ${i}` });
  await theo.do('ticket.update', { ticket, version_no: (await show(desk, ticket)).version_no, priority: 'p1', anyway: true });
  await until('the news are there, or said', async () => (await page.locator('.msg.note', { hasText: 'Later 2' }).count()) === 1 || (await page.locator('body').innerText()).match(/new · show/));
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'no reload');
  assert.ok(Math.abs(await where() - before) <= 2, `the line stays (${before}, now ${await where()})`);

  // in a list: new tickets come, her row stays under her eye and keeps the focus
  for (let i = 0; i < 30; i++) await desk.op('ticket.create', { subject: `Case ${i}`, body: 'x', name: 'Ines', email: `i${i}@northwind.example` });
  await open(page, '/queue/unassigned');
  for (let i = 0; i < 20; i++) await press(page, 'j');
  const id = await page.evaluate(() => document.activeElement.closest('[data-row]').dataset.row), top = await topOf(page, id);
  await page.evaluate(() => { window.sameDocument = true; });
  const first = await page.locator('#tickets [data-row]').first().getAttribute('data-row');
  await theo.do('ticket.take', { ticket: Number(first) });      // one above hers goes away
  await desk.op('ticket.create', { subject: 'Brand new', body: 'x', name: 'Ines', email: 'new@northwind.example' });
  await page.waitForTimeout(1500);
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  assert.equal(await page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.row), id, 'the cursor stays on her row');
  assert.ok(Math.abs(await topOf(page, id) - top) <= 2, `her row stays (${top}, now ${await topOf(page, id)})`);
});

test('the first-run tour: three hints, each where it helps, gone for good once read', { timeout: 60000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind', scope: 'write' });
  const { ticket } = await desk.op('ticket.create', { subject: 'One', body: 'x', name: 'Ines', email: 'ines@northwind.example' });
  const page = await desktop(t, desk, mara, { wait: 8000 }), seen = [];
  for (const at of ['/queue/unassigned', `/tickets/${ticket}`, '/queue/unassigned']) {
    await open(page, at);
    const hint = page.locator('.hint:visible');
    assert.equal(await hint.count(), 1, `one at a time on ${at}`);
    seen.push(await hint.locator('p, span').first().innerText());
    const got = hint.getByRole('button', { name: 'Got it' });
    await got.focus();
    await send(page, 'Enter');   // until the page that comes back stands
  }
  assert.equal(new Set(seen).size, 3, 'three different ones');
  const elsewhere = await desktop(t, desk, mara, { wait: 8000 });      // another browser of hers
  for (const at of ['/queue/unassigned', `/tickets/${ticket}`]) {
    await open(elsewhere, at);
    assert.equal(await elsewhere.locator('.hint:visible').count(), 0, `${at}: read is read`);
  }
});

test('reviews: a case that is open for long is looked at together; a case review is between two people', { timeout: 90000 }, async (t) => {
  const desk = await startDesk(t, {});
  const { ticket } = await desk.op('ticket.create', { subject: 'It goes on and on', body: 'x', name: 'Ines', email: 'ines@northwind.example' });
  desk.clock(14.1 * 86400e6);
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind', scope: 'write' }), ben = await desk.person('ben@desk.example', { name: 'Ben Ruiz', access: 'lead', scope: 'write' });
  await desk.op('resolve.rule', { code: 'T', name: 'Trained', applies: 'In this test', no_fields: true });
  for (const who of [mara, ben]) {
    const { ticket: one } = await desk.op('ticket.create', { subject: `A case of ${who.id}`, body: 'x', name: 'Ines', email: 'ines@northwind.example' });
    await who.do('ticket.take', { ticket: one });
    await who.do('ticket.status', { ticket: one, status: 'solved', rule: 'T' });
  }
  await until('the old case is listed', async () => (await mara.do('long.list', {})).items.length === 1, 20000);
  await ben.do('review.draw', {});
  const page = await desktop(t, desk, mara, { wait: 8000 });
  await open(page, '/reviews');
  assert.match(await page.locator('main').textContent(), /It goes on and on[\s\S]*14 days/);
  await press(page, 'j');
  await send(page, 'Enter');
  const long = new URL(page.url()).pathname;
  assert.match(await page.locator('h1').textContent(), /Open for 14 days/);
  await page.locator('#f-note').focus();
  await press(page, 'Control+A');
  await page.keyboard.type('Ask the search team on Monday.');
  await press(page, 'Tab');
  await send(page, 'Enter');
  assert.equal(new URL(page.url()).pathname, '/reviews');
  assert.match((await desk.http('GET', `/tickets/${ticket}`, { cookie: mara.cookie })).text, /Ask the search team on Monday/);

  // her review of Ben's case: each question by the keyboard; only the two of them read it
  const { review } = (await mara.do('review.list', {})).items.find((r) => r.reviewed === 'Ben Ruiz'), at = `/reviews/${review}`;
  await looked(t, desk, mara, ['/reviews', at, long]);
  await looked(t, desk, ben, ['/reviews']);
  await open(page, at);
  const n = await page.locator('select[name=answers]').count();
  assert.ok(n >= 5);
  await page.locator('select[name=answers]').first().focus();
  for (let i = 0; i < n; i++) { await page.keyboard.type(i % 2 ? 'n' : 'yes'); await press(page, 'Tab'); }
  await page.keyboard.type('Kind words');
  await press(page, 'Tab');
  await page.keyboard.type('Sooner, with a link');
  await press(page, 'Tab');
  await send(page, 'Enter');
  assert.equal((await desk.http('GET', at, { cookie: mara.cookie })).status, 200);
  assert.match((await desk.http('GET', at, { cookie: ben.cookie })).text, /Sooner, with a link/);
  const nia = await desk.person('nia@desk.example', { name: 'Nia', access: 'admin', scope: 'write' });
  for (const who of [nia]) assert.equal((await desk.http('GET', at, { cookie: who.cookie })).status, 404, 'not even an admin');
});
