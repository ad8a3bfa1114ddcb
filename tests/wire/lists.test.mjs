// Lists, searching, solving and writing, from outside: what several people do to one case in the same second, what a customer answers twice, and input that
// no form of ours makes. Each of these ends in one winner and one sentence, whatever the engine.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, request, until } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';

const ROUNDS = 25;
const sorted = (answers) => answers.map((a) => a.status).sort().join();
const told = (answers) => answers.filter((a) => a.status !== 200).map((a) => a.json.detail ?? a.text).join(' ');

async function two(t, opts) {
  const desk = await startDesk(t, opts), people = await Promise.all(['ann', 'bob'].map((n) => desk.person(`${n}@desk.example`, { name: n[0].toUpperCase() + n.slice(1), session: false })));
  const make = async (subject = 'race') => (await people[0].do('ticket.create', { subject, body: 'It does not start.', email: 'ines@kite.example', name: 'Ines' })).ticket;
  return { desk, people, make };
}

test('two people take the same case in the same second: one holds it, the other is told who', async (t) => {
  const { people, make } = await two(t);
  for (let i = 0; i < ROUNDS; i++) {
    const ticket = await make(), both = await Promise.all(people.map((p) => p.api('ticket.take', { ticket })));
    assert.equal(sorted(both), '200,409', both.map((a) => a.text).join());
    const winner = people[both.findIndex((a) => a.status === 200)], now = await people[0].do('ticket.show', { ticket });
    assert.equal(now.assignee, winner.id);
    assert.match(told(both), new RegExp(winner === people[0] ? 'Ann' : 'Bob'));
    assert.equal((await people[0].do('ticket.held', { ticket })).hand_offs, 0, 'nobody had it before');
  }
});

test('two people solve the same case in the same second: one citation, the other is told', async (t) => {
  const { people, make } = await two(t), facts = { kind: 'question', priority: 'p2', engineering: 'none', docs: 'sufficient', symptom: 'It does not start', action: 'A new key' };
  for (let i = 0; i < ROUNDS; i++) {
    const ticket = await make();
    await people[0].do('ticket.reply', { ticket, body: 'Use the new key.', status: 'pending' });
    const both = await Promise.all(people.map((p, k) => p.api('ticket.resolve', { ticket, rule: k ? 'R0' : 'R1', ...(k ? { reason: 'for sales' } : { confirmed: 'on the call' }), ...facts })));
    assert.equal(sorted(both), '200,409', both.map((a) => a.text).join());
    assert.match(told(both), /solved already/);
    const { items } = await people[0].do('ticket.history', { ticket, max: 100 }), cited = items.filter((e) => e.kind === 'ticket.resolved');
    assert.equal(cited.length, 1, 'one resolution');
    const first = both.findIndex((a) => a.status === 200), fit = await people[0].do('resolve.fit', { ticket });
    assert.equal(fit.solved_by, first ? 'R0' : 'R1');
    const { tags } = await people[0].do('ticket.show', { ticket });
    assert.equal(JSON.stringify(tags).includes('no_action'), first === 1, 'and counted by it');
  }
});

test('two people merge in the same second: the same way, and into each other; never a ring, and no message is lost', async (t) => {
  const { people, make } = await two(t);
  const bodies = async (ticket) => (await people[0].do('ticket.messages', { ticket })).items.filter((m) => m.kind === 'customer').length;
  for (let i = 0; i < ROUNDS; i++) {
    const a = await make('a'), b = await make('b');
    const same = await Promise.all(people.map((p) => p.api('ticket.merge', { ticket: a, into: b })));
    for (const x of same) assert.ok([200, 409].includes(x.status), x.text);
    assert.ok(same.some((x) => x.status === 200));
    assert.equal((await people[0].do('ticket.show', { ticket: a })).merged_into, b);
    assert.equal(await bodies(b), 2, 'once');
    const c = await make('c'), d = await make('d');
    const cross = await Promise.all([people[0].api('ticket.merge', { ticket: c, into: d }), people[1].api('ticket.merge', { ticket: d, into: c })]);
    assert.equal(sorted(cross), '200,409', cross.map((x) => x.text).join());
    const into = cross[0].status === 200 ? d : c, gone = into === d ? c : d;
    assert.equal((await people[0].do('ticket.show', { ticket: gone })).merged_into, into);
    assert.equal((await people[0].do('ticket.show', { ticket: into })).merged_into ?? null, null);
    assert.equal(await bodies(into), 2);
  }
  /* into itself, into a closed one, round three */
  const [a, b, c] = [await make('a'), await make('b'), await make('c')];
  assert.equal((await people[0].api('ticket.merge', { ticket: a, into: a })).status, 422);
  await people[0].do('ticket.merge', { ticket: a, into: b });
  await people[0].do('ticket.merge', { ticket: b, into: c });
  for (const into of [a, b, c]) assert.ok([409, 422].includes((await people[0].api('ticket.merge', { ticket: c, into })).status));
});

test('a bulk edit is undone while somebody else changes the cases: hers stays, the rest goes back', async (t) => {
  const { people, make } = await two(t);
  for (let i = 0; i < 8; i++) {
    const tickets = [];
    for (let k = 0; k < 6; k++) tickets.push(await make(`case ${k}`));
    const { bulk } = await people[0].do('bulk.apply', { tickets, priority: 'p1', tag: ['hot'] });
    const [undo, change] = await Promise.all([people[0].api('bulk.undo', { bulk }), people[1].api('ticket.update', { ticket: tickets[2], priority: 'p3' })]);
    assert.deepEqual([undo.status, change.status], [200, 200], undo.text + change.text);
    const after = await Promise.all(tickets.map((ticket) => people[0].do('ticket.show', { ticket })));
    assert.equal(after[2].priority, 'p3', 'whoever came first, what Bob set stands');
    for (const [k, x] of after.entries()) if (k !== 2) assert.equal(x.priority ?? null, null);
    const left = undo.json.left ?? [];
    assert.ok(left.length === 0 || (left.length === 1 && left[0].ticket === tickets[2]), undo.text);
    assert.equal((await people[1].api('bulk.undo', { bulk })).status, 409, 'once');
  }
});

test('a customer confirms twice, both ways at once, after reopening, and through a scanner', async (t) => {
  const sink = await smtpSink(t), { desk, people, make } = await two(t, { smtp: sink.url });
  const ask = async () => {
    const ticket = await make(), before = sink.mails.length;
    await people[0].do('ticket.reply', { ticket, body: 'Use the new key.', status: 'pending' });
    await people[0].do('ticket.confirm_ask', { ticket });
    const m = await until('the question is sent', () => sink.mails.slice(before).find((x) => /confirm\//.test(x.mail.text ?? '')), 30000);
    return { ticket, token: m.mail.text.match(/confirm\/([A-Za-z0-9._~-]+)/)[1] };
  };
  const status = async (ticket) => (await people[0].do('ticket.show', { ticket })).status;
  const events = async (ticket) => (await people[0].do('ticket.history', { ticket, max: 100 })).items.filter((e) => e.kind === 'ticket.confirmed').length;

  /* a scanner opens the link, heads it, follows what it finds: nothing */
  const one = await ask();
  for (const [method, path] of [['GET', `/confirm/${one.token}`], ['HEAD', `/confirm/${one.token}`], ['GET', `/confirm/${one.token}?answer=yes`], ['GET', `/do/ticket.confirm?token=${one.token}&answer=yes`], ['GET', '/do/ticket.confirm']])
    for (let i = 0; i < 3; i++) {
      const r = await request(desk.where, method, path, { headers: { 'User-Agent': 'Mozilla/5.0 (link scanner)', Accept: '*/*' } });
      assert.ok(r.status < 500, `${method} ${path}: ${r.status}`);
    }
  assert.equal(await status(one.ticket), 'pending');
  assert.equal(await events(one.ticket), 0);
  /* a form sent without its page is refused: no token of the page */
  const blind = await request(desk.where, 'POST', '/do/ticket.confirm', { headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site' }, body: `token=${one.token}&answer=yes` });
  assert.ok(blind.status >= 400 && blind.status < 500, String(blind.status));
  assert.equal(await status(one.ticket), 'pending');
  /* twice the same, at once: once */
  const twice = await Promise.all([0, 1].map(() => desk.api('ticket.confirm', { token: one.token, answer: 'yes' })));
  assert.equal(sorted(twice), '200,200', twice.map((x) => x.text).join());
  assert.equal(await status(one.ticket), 'solved');
  assert.equal(await events(one.ticket), 1);
  /* after it was opened again the old yes does nothing, and the other answer is refused */
  await people[0].do('ticket.status', { ticket: one.ticket, status: 'open' });
  assert.equal((await desk.api('ticket.confirm', { token: one.token, answer: 'yes' })).status, 200);
  assert.equal(await status(one.ticket), 'open');
  assert.equal((await desk.api('ticket.confirm', { token: one.token, answer: 'no' })).status, 409);
  assert.equal(await events(one.ticket), 1);
  /* yes and no at once: one of them counts */
  const other = await ask(), ways = await Promise.all(['yes', 'no'].map((answer) => desk.api('ticket.confirm', { token: other.token, answer })));
  assert.equal(sorted(ways), '200,409', ways.map((x) => x.text).join());
  assert.equal(await status(other.ticket), ways[0].status === 200 ? 'solved' : 'open');
  assert.equal(await events(other.ticket), 1);
});

test('drafts from two tabs at once: neither is written over, both are there', async (t) => {
  const { people, make } = await two(t), [ann] = people;
  for (let i = 0; i < ROUNDS; i++) {
    const ticket = await make(), both = await Promise.all(['from the first tab', 'from the second tab'].map((body) => ann.api('draft.save', { ticket, mode: 'note', body, version: 0 })));
    assert.equal(sorted(both), '200,409', both.map((x) => x.text).join());
    const lost = both.findIndex((x) => x.status === 409);
    assert.equal((await ann.api('draft.beside', { ticket, mode: 'note', body: lost ? 'from the second tab' : 'from the first tab', tab: 'b' })).status, 200);
  }
});

test('a query of 10,000 terms, quotation marks that are not closed, a macro with a variable that there is not, a view over a tag that is gone', async (t) => {
  const { desk, people, make } = await two(t), reader = await desk.person('cleo@desk.example', { name: 'Cleo' });
  const ticket = await make();
  const many = Array.from({ length: 10000 }, (_, i) => `w${i}`).join(' ');
  for (const [q, says] of [[many, /64 words and fields at most; this one has 10000/], ['"out of memory', /not closed/], ['status:"open', /./], ['"'.repeat(9999), /./], ['tag:a tag:b tag:c', /a third/], ['older:99999999999999999999d', /older:/]]) {
    const a = await people[0].api('ticket.search', { q });
    assert.equal(a.status, 422, `${q.slice(0, 40)}: ${a.text.slice(0, 200)}`);
    assert.match(JSON.stringify(a.json), says);
    const v = await people[0].api('view.create', { name: 'x', query: q.slice(0, 3999) });
    assert.equal(v.status, 422, v.text.slice(0, 200));
    const short = encodeURIComponent(q.slice(0, 3000)), page = await desk.http('GET', `/search?q=${short}`, { cookie: reader.cookie });
    assert.ok(page.status === 200 || page.status === 414 || page.status === 431, `${page.status}`);
    const typed = await desk.http('GET', `/search?q=${short}`, { cookie: reader.cookie, headers: { 'X-Tend-Part': 'found-part' } });
    if (page.status === 200) assert.equal(typed.status, 200);
    if (typed.status === 200) assert.doesNotMatch(typed.text, /<html|<nav/, 'the part alone');
  }
  const bad = await people[0].api('macro.create', { name: 'Bad', body: 'Hello {{custmer.name}}, {{7*7}}' });
  assert.equal(bad.status, 422);
  assert.match(JSON.stringify(bad.json), /no variable/);
  await people[0].do('ticket.tag', { ticket, tags: ['hot'] });
  const { view } = await people[0].do('view.create', { name: 'Hot', query: 'tag:hot', share: 'all' });
  await people[0].do('ticket.untag', { ticket, tags: ['hot'] });
  const gone = await desk.http('GET', `/views/${view}`, { cookie: reader.cookie });
  assert.equal(gone.status, 200);
  assert.match(gone.text, /was taken off all tickets[\s\S]*Nothing matches now/);
});
