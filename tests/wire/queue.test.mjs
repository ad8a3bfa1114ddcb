// The line by the wire: two people who press Next in the same second get two different cases, whatever the engine; the line stays what the tables say; pages
// that are refused say why. Run: node --test tests/wire/queue.test.mjs (TEND_BIN, TEND_DB).
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk } from '../lib/desk.mjs';

const people = (desk, n) => Promise.all(Array.from({ length: n }, (_, i) => desk.person(`p${i}@desk.example`, { name: `Person ${i}`, session: false })));

test('everybody who presses Next in the same second gets a case of their own, first come first', async (t) => {
  const desk = await startDesk(t), team = await people(desk, 6), cases = [];
  for (let i = 0; i < 24; i++) cases.push((await desk.op('ticket.create', { subject: `Case ${i}`, body: 'x', name: 'Ana', email: `ana${i % 3}@kite.example` })).ticket);
  const got = [];
  for (let round = 0; round < 4; round++) {
    const all = await Promise.all(team.map((p) => p.api('queue.next', {})));
    for (const a of all) assert.equal(a.status, 200, a.text);
    const now = all.map((a) => a.json.ticket);
    assert.equal(new Set([...got, ...now]).size, got.length + now.length, `nobody got what somebody had: ${now}`);
    assert.deepEqual([...now].sort((a, b) => a - b), cases.slice(round * 6, round * 6 + 6), 'from number one on');
    got.push(...now);
    /* answered: what they hold is no longer for them */
    await Promise.all(all.map((a, i) => team[i].do('ticket.reply', { ticket: a.json.ticket, body: 'We look at it.', status: 'pending' })));
  }
  const none = await team[0].api('queue.next', {});
  assert.equal(none.status, 409);
  assert.match(none.json.detail, /The line is empty/);
});

test('one case, five people: one gets it, the others are told who holds it', async (t) => {
  const desk = await startDesk(t), team = await people(desk, 5);
  for (let round = 0; round < 20; round++) {
    const { ticket } = await desk.op('ticket.create', { subject: 'one', body: 'x', name: 'Ana', email: 'ana@kite.example' });
    const all = await Promise.all(team.map((p) => p.api('queue.next', {})));
    const ok = all.filter((a) => a.status === 200);
    assert.equal(ok.length, 1, all.map((a) => a.text).join('\n'));
    assert.equal(ok[0].json.ticket, ticket);
    for (const a of all) if (a.status !== 200) assert.match(a.text, new RegExp(`#${ticket}: Person \\d holds it`));
    await team[all.indexOf(ok[0])].do('ticket.reply', { ticket, body: 'Done.', status: 'pending' });
  }
});

test('an absent owner’s cases are looked after by one person each, also when all ask at once', async (t) => {
  const desk = await startDesk(t), [away, ...team] = await people(desk, 5);
  for (let i = 0; i < 4; i++) {
    const { ticket } = await desk.op('ticket.create', { subject: `his ${i}`, body: 'x', name: 'Ana', email: 'ana@kite.example' });
    await away.do('ticket.take', { ticket });
  }
  const today = new Date().toISOString().slice(0, 10);
  await away.do('absence.plan', { from: today, until: today, kind: 'sick' });
  const all = await Promise.all(team.map((p) => p.do('queue.next', {})));
  assert.equal(new Set(all.map((a) => a.ticket)).size, 4, JSON.stringify(all));
  for (const a of all) {
    assert.equal(a.how, 'cover');
    assert.equal((await desk.op('ticket.show', { ticket: a.ticket })).assignee, away.id, 'the owner stays the owner');
  }
});

test('overload declared by two at once: one declares, the other is told', async (t) => {
  const desk = await startDesk(t), a = await desk.person('a@desk.example', { access: 'lead', session: false }), b = await desk.person('b@desk.example', { access: 'lead', session: false });
  for (let i = 0; i < 10; i++) {
    const both = await Promise.all([a, b].map((p) => p.api('overload.declare', { why: 'the outage', hours: 4 })));
    assert.deepEqual(both.map((x) => x.status).sort(), [200, 409], both.map((x) => x.text).join());
    const list = await a.do('queue.list', {});
    assert.equal(list.load, 'overload');
    await b.do('overload.end', { why: 'quiet' });
  }
});

test('the button in the rail: a case opens; with nothing in the line the page of the line says so', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const page = await desk.http('GET', '/next', { cookie: ann.cookie });
  assert.equal(page.status, 200);
  assert.match(page.text, /The line is empty/);
  const csrf = page.text.match(/name="csrf" content="([^"]+)"/)[1];
  const press = () => desk.http('POST', '/do/queue.next', { cookie: ann.cookie, form: { _csrf: csrf, _back: '/next', _next: '/tickets/{ticket}' } });
  const refused = await press();
  assert.equal(refused.status, 409, refused.text.slice(0, 300));
  assert.match(refused.text, /role="alert">The line is empty/);
  const { ticket } = await desk.op('ticket.create', { subject: 'one', body: 'x', name: 'Ana', email: 'ana@kite.example' });
  const gone = await press();
  assert.equal(gone.status, 303);
  assert.equal(gone.headers.location, `/tickets/${ticket}`);
  const shown = await desk.http('GET', `/tickets/${ticket}`, { cookie: ann.cookie });
  assert.match(shown.text, /Number one<\/a>|Number one in the line/);
  for (const path of ['/next', '/next/teams', '/load', '/away', '/ranking', '/queue/unassigned']) assert.equal((await desk.http('GET', path, { cookie: ann.cookie })).status, 200, path);
  assert.equal((await desk.http('GET', '/ranking/9', { cookie: ann.cookie })).status, 404);
});
