// The walk of a case over the API and over the command line; people working at once; time.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until, sleep } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';
import { letter, land, show, messages } from '../lib/mail.mjs';

const DAY = 86400e6;
/* The jobs that come due wake by themselves; a restart makes the desk look at once after its clock was moved. */
async function moveTo(desk, us) { desk.clock(us); await desk.restart(); }
async function cli(desk, ...args) {
  const r = await desk.run([...args, '--json']);
  assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
  return JSON.parse(r.stdout);
}

for (const door of ['api', 'cli'])
  test(`the walk over the ${door}: list, take, note, reply, undo, answer, solve, confirm, history, verify`, async (t) => {
    const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url });
    const ann = await desk.person('ann@desk.example', { name: 'Ann' });
    const call = door === 'api' ? (c, input = {}) => ann.do(c, input)
      : (c, input = {}) => cli(desk, ...c.replaceAll('_', '-').split('.'), '--as', ann.email, ...Object.entries(input).flatMap(([k, v]) => [v].flat().flatMap((x) => ['--' + k, String(x)])));
    const { ticket } = await land(desk, letter());
    assert.ok((await call('ticket.list', { view: 'unassigned' })).items.some((x) => x.ticket === ticket));
    await call('ticket.take', { ticket });
    let s = await call('ticket.show', { ticket });
    assert.deepEqual([s.status, s.assignee, s.next_action], ['open', ann.id, 'us']);
    await call('ticket.note', { ticket, body: 'Internal words.' });
    await call('ticket.update', { ticket, priority: 'p1', kind: 'defect', version: '5.3' });
    await call('ticket.tag', { ticket, tags: ['area:search'] });
    /* taken back while it is held */
    const first = await call('ticket.reply', { ticket, body: 'A reply with a mistake.' });
    assert.ok(first.undo_left_s > 0);
    await call('ticket.undo_send', { message: first.message });
    const second = await call('ticket.reply', { ticket, body: 'The right reply.', status: 'pending' });
    assert.equal((await show(desk, ticket)).status, 'pending');
    desk.clock(30e6);
    const mail = await sink.wait('the reply leaves when its hold is over', (m) => m.mail.text?.includes('The right reply'), 20000);
    assert.ok(!sink.mails.some((m) => m.raw.includes('with a mistake')));
    assert.ok(!sink.mails.some((m) => m.raw.includes('Internal words')));
    const late = await desk.admin.api('ticket.undo_send', { message: second.message });
    assert.equal(late.status, 409, late.text);
    await land(desk, letter({ subject: 'Re: x', body: 'It works now.\r\n' }), { to: [mail.mail.replyTo.value[0].address] });
    assert.equal((await show(desk, ticket)).status, 'open');
    await call('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
    await call('ticket.confirm_ask', { ticket });
    desk.clock(60e6);
    const ask = await sink.wait('the question', (m) => /confirm\//.test(m.mail.text ?? ''), 20000);
    const token = ask.mail.text.match(/confirm\/([A-Za-z0-9._~-]+)/)[1];
    assert.equal((await desk.api('ticket.confirm', { token, answer: 'yes' }, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403, 'not from another site');
    assert.equal((await desk.api('ticket.confirm', { token: token.slice(0, -1) + (token.at(-1) === 'a' ? 'b' : 'a'), answer: 'yes' })).status >= 400, true);
    const yes = await desk.api('ticket.confirm', { token, answer: 'yes', comment: 'Thank you' });
    assert.equal(yes.status, 200, yes.text);
    assert.equal((await show(desk, ticket)).status, 'closed');
    const h = (await call('ticket.history', { ticket })).items.map((e) => e.kind);
    for (const k of ['ticket.created', 'ticket.taken', 'ticket.noted', 'ticket.updated', 'ticket.tagged', 'ticket.replied', 'ticket.reply_undone', 'mail.sent', 'ticket.customer_wrote', 'ticket.status_changed', 'ticket.confirm_asked', 'ticket.confirmed'])
      assert.ok(h.includes(k), `${k} in ${h}`);
    for (const e of (await call('ticket.history', { ticket })).items) assert.ok(e.actor_name && e.door && e.at, JSON.stringify(e));
    /* an answer to a closed case is a follow-up */
    const after = await land(desk, letter({ body: 'One more thing\r\n' }), { to: [mail.mail.replyTo.value[0].address] });
    assert.equal(after.outcome, 'follow_up');
    assert.notEqual(after.ticket, ticket);
  });

test('two people take and assign at once, 100 rounds: one wins, the other is told, nothing is lost', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example', { session: false }), bob = await desk.person('bob@desk.example', { session: false });
  const { ticket } = await ann.do('ticket.create', { subject: 'race', body: 'x', email: 'c@kite.example' });
  let held = 0, wins = 0;
  for (let i = 0; i < 100; i++) {
    const next = held === ann.id ? bob.id : ann.id, both = await Promise.all([ann, bob].map((p) => p.api('ticket.assign', { ticket, assignee: next, held_by: held })));
    const ok = both.filter((a) => a.status === 200);
    for (const a of both) assert.ok([200, 409].includes(a.status), a.text);
    assert.ok(ok.length >= 1, both.map((a) => a.text).join());
    wins += ok.length;
    held = (await ann.do('ticket.show', { ticket })).assignee;
    assert.equal(held, next);
  }
  /* fields of the same ticket, written at once by two: both writes are there */
  for (let i = 0; i < 30; i++) {
    const [a, b] = await Promise.all([ann.api('ticket.update', { ticket, version: `v${i}` }), bob.api('ticket.update', { ticket, deployment: `d${i}` })]);
    assert.deepEqual([a.status, b.status], [200, 200], a.text + b.text);
    const s = await ann.do('ticket.show', { ticket });
    assert.deepEqual([s.version, s.deployment], [`v${i}`, `d${i}`]);
  }
  /* the same field with the version each had looked at: one is refused */
  const { version_no } = await ann.do('ticket.show', { ticket }), both = await Promise.all([ann.api('ticket.update', { ticket, version_no, subject: 'by Ann' }), bob.api('ticket.update', { ticket, version_no, subject: 'by Bob' })]);
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 409], both.map((a) => a.text).join());
  const changes = [];
  let after;
  do { const p = await ann.do('ticket.history', { ticket, max: 100, ...(after ? { after } : {}) }); changes.push(...p.items); after = p.next; } while (after);
  assert.equal(changes.filter((e) => e.kind === 'ticket.assigned').length >= 100, true, 'the history is complete');
  assert.ok(wins >= 100);
});

test('a stale reply is stopped, a deleted or closed ticket takes none, and says what to do', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example'), bob = await desk.person('bob@desk.example');
  const { ticket } = await land(desk, letter()), seen = (await messages(desk, ticket)).at(-1).message;
  await bob.do('ticket.reply', { ticket, body: 'Bob was faster.' });
  const stale = await ann.api('ticket.reply', { ticket, body: 'Ann answers too.', seen });
  assert.equal(stale.status, 409, stale.text);
  assert.match(stale.json.detail, /Bob|bob|meanwhile|wrote/);
  assert.equal((await ann.api('ticket.reply', { ticket, body: 'Ann answers too.', seen, anyway: true })).status, 200);
  await ann.do('ticket.delete', { ticket });
  const dead = await ann.api('ticket.reply', { ticket, body: 'to the deleted' });
  assert.equal(dead.status, 409, dead.text);
  assert.match(dead.json.detail, /restore|deleted/i);
  await ann.do('ticket.restore', { ticket });
  assert.equal((await ann.api('ticket.reply', { ticket, body: 'again' })).status, 200);
  for (const c of ['ticket.reply', 'ticket.note']) assert.equal((await ann.api(c, { ticket: 4711, body: 'x' })).status, 404);
  await ann.do('ticket.suspend', { ticket });
  assert.equal((await ann.api('ticket.reply', { ticket, body: 'x' })).status, 409);
});

test('merge and its undo: threads, replies of the merged, no ring', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const words = async (desk, x) => (await messages(desk, x)).filter((m) => m.kind !== 'system').map((m) => m.body).sort();
  const make = async (s) => (await ann.do('ticket.create', { subject: s, body: s, email: 'c@kite.example' })).ticket;
  const a = await make('a'), b = await make('b'), c = await make('c');
  await ann.do('ticket.merge', { ticket: a, into: b });
  await ann.do('ticket.merge', { ticket: b, into: c });
  assert.deepEqual(await words(desk, c), ['a', 'b', 'c']);
  assert.equal((await show(desk, a)).status, 'merged');
  for (const [x, y] of [[c, a], [c, c], [c, b]]) assert.ok([409, 422].includes((await ann.api('ticket.merge', { ticket: x, into: y })).status));
  assert.ok([409, 422].includes((await ann.api('ticket.reply', { ticket: a, body: 'x' })).status));
  await ann.do('ticket.unmerge', { ticket: b });
  assert.deepEqual(await words(desk, c), ['c']);
  assert.deepEqual(await words(desk, b), ['a', 'b']);
  await ann.do('ticket.unmerge', { ticket: a });
  assert.deepEqual(await words(desk, a), ['a']);
  assert.equal((await show(desk, a)).status, 'new');
  const m = (await messages(desk, b)).find((x) => x.body === 'b').message;
  await ann.do('ticket.note', { ticket: b, body: 'stays' });
  const split = await ann.do('ticket.split', { message: m, subject: 'its own' });
  assert.equal((await messages(desk, split.ticket ?? split.to))[0].body, 'b');
});

test('timers: pending is solved and solved is closed by dated rules; the clock set back an hour harms nothing', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example', { session: false });
  const { ticket } = await ann.do('ticket.create', { subject: 'wait', body: 'x', email: 'c@kite.example' });
  await ann.do('ticket.status', { ticket, status: 'pending' });
  await moveTo(desk, -3600e6);
  assert.equal((await show(desk, ticket)).status, 'pending');
  const other = await ann.do('ticket.create', { subject: 'in the past', body: 'x', email: 'd@kite.example' });
  assert.equal((await show(desk, other.ticket)).status, 'new');
  await ann.do('ticket.note', { ticket, body: 'written while the clock is back' });
  let at = 0;
  const reach = async (status, days) => {
    for (let i = 0; i < days; i++) {
      at += DAY;
      await moveTo(desk, at);
      try { await until(status, async () => (await show(desk, ticket)).status === status, 1500); return; } catch { /* not yet */ }
    }
    assert.fail(`never ${status} in ${days} days`);
  };
  await reach('solved', 15);
  await reach('closed', 40);
  const h = (await desk.op('ticket.history', { ticket, max: 100 })).items.filter((e) => e.kind === 'ticket.status_changed');
  const timed = h.filter((e) => e.actor_kind === 'system');
  assert.ok(timed.length >= 2, JSON.stringify(h));
  for (const e of timed) assert.ok(e.rule, `a rule stands beside it: ${JSON.stringify(e)}`);
});

test('suspended, deleted, tasks, links, copies, promises: by the API, with their undo', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'parts', body: 'x', email: 'c@kite.example' });
  const task = await ann.do('ticket.task', { ticket, subject: 'ask engineering' });
  assert.ok(task.ticket ?? task.task);
  await ann.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });   /* a task never holds a case up */
  await ann.do('ticket.status', { ticket, status: 'open' });
  const other = (await ann.do('ticket.create', { subject: 'other', body: 'y', email: 'd@kite.example' })).ticket;
  for (const [c, input] of [['ticket.follow', { ticket }], ['ticket.unfollow', { ticket }], ['ticket.tag', { ticket, tags: ['x', 'y'] }], ['ticket.untag', { ticket, tags: ['x'] }]]) await ann.do(c, input);
  const doc = (await desk.http('GET', '/api/v1/openapi.json')).json, linkFields = Object.keys(doc.paths['/api/v1/ticket.link'].post.requestBody.content['application/json'].schema.properties);
  await ann.do('ticket.link', Object.fromEntries(linkFields.map((f, i) => [f, [ticket, other][i]]).filter(([, v]) => v)));
  assert.equal((await show(desk, ticket)).links.length >= 1, true);
  assert.deepEqual((await show(desk, ticket)).tags.map((x) => x.tag ?? x.name ?? x), ['y']);
  await ann.do('ticket.suspend', { ticket });
  assert.ok((await ann.do('ticket.list', { view: 'suspended' })).items.some((x) => x.ticket === ticket));
  assert.ok(!(await ann.do('ticket.list', {})).items.some((x) => x.ticket === ticket));
  await ann.do('ticket.unsuspend', { ticket });
  await ann.do('ticket.delete', { ticket });
  assert.ok((await ann.do('ticket.list', { view: 'deleted' })).items.some((x) => x.ticket === ticket));
  await ann.do('ticket.restore', { ticket });
  assert.equal((await show(desk, ticket)).status, 'open');
  /* found at once, in full, and not when it is not there */
  await ann.do('ticket.note', { ticket, body: 'zebrafish in the repository' });
  const found = await ann.do('ticket.search', { q: 'zebrafish' });
  assert.ok(found.items.some((x) => x.ticket === ticket), JSON.stringify(found));
});
