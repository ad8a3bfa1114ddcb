// Rules in the real program: a mail that a rule writes says that a machine wrote it, strangers get none; a kill in between neither loses a run nor doubles one;
// after a night switched off a wait is late, once; the text for git by the command line.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until } from '../lib/desk.mjs';
import { land, letter } from '../lib/mail.mjs';
import { smtpSink } from '../lib/sink.mjs';

const HOUR = 3600e6;
const runs = async (desk, ticket) => (await desk.op('rule.trace', { ticket })).items;
const ran = (desk, ticket, n = 1) => until(`${n} runs on ticket ${ticket}`, async () => { const v = await runs(desk, ticket); return v.length >= n && v; }, 130000);   /* PostgreSQL: a lease runs out first */

test('a rule writes to customers, as a machine, and never to strangers', { timeout: 120000 }, async (t) => {
  const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url });
  await desk.op('organisation.create', { name: 'Northwind', domains: ['northwind.example'] });
  await desk.op('macro.create', { name: 'Night', body: 'Hello {{requester.first_name}}, nobody is here before the morning. Your case is {{ticket.id}}.' });
  await desk.op('rule.put', { title: 'Night', when: 'created', if: 'by:customer channel:mail', then: 'mail night; tag night', state: 'on' });
  const known = await land(desk, letter({ subject: 'Known' })), stranger = await land(desk, letter({ from: 'Eve <eve@stranger.example>', subject: 'Buy now' }), { from: 'eve@stranger.example' });
  const [run] = await ran(desk, known.ticket), [other] = await ran(desk, stranger.ticket);
  assert.equal(run.outcome, 'did');
  assert.equal(other.outcome, 'failed');
  assert.match(other.error, /does not write to strangers/);
  const mail = await sink.wait('the rule’s mail', (m) => /nobody is here before the morning/.test(m.mail.text ?? ''));
  assert.deepEqual(mail.to, ['ines@northwind.example']);
  assert.match(mail.mail.headers.get('auto-submitted'), /^auto-generated/);
  assert.doesNotMatch(mail.mail.from.text, /rule/i, 'the customer need not know our rules by name');
  assert.match(mail.mail.text, /^Hello Ines,/);
  /* no first response, and nobody holds it now */
  const shown = await desk.op('ticket.show', { ticket: known.ticket });
  assert.equal(shown.assignee ?? null, null);
  assert.equal(shown.status, 'new');
  assert.ok(!sink.mails.some((m) => m.to.includes('eve@stranger.example') && /morning/.test(m.mail.text ?? '')));
  /* an answer of a machine to it begins nothing new */
  assert.equal((await runs(desk, known.ticket)).length, 1);
});

test('killed between what happened and what the rule does: nothing is lost, nothing is done twice', { timeout: 300000 }, async (t) => {
  const desk = await startDesk(t);
  await desk.op('rule.put', { title: 'Mark', when: 'created', then: 'tag marked; note "Seen."', state: 'on' });
  let made = [];
  for (let round = 0; round < 3; round++) {
    const all = Array.from({ length: 25 }, (_, i) => desk.admin.api('ticket.create', { subject: `Round ${round}.${i}`, body: 'x', name: 'Ines', email: 'ines@northwind.example' })
      .then((a) => { if (a.status === 200) made.push(a.json.ticket); }, () => {}));
    await until('some are there', () => made.length >= 10 * (round + 1), 20000);
    await desk.kill();
    await Promise.all(all);
    await desk.start();
  }
  assert.ok(made.length >= 30, `${made.length} made`);
  for (const ticket of made) {
    const v = await ran(desk, ticket);
    assert.equal(v.length, 1, `ticket ${ticket}`);
    assert.equal(v[0].outcome, 'did');
    const { items } = await desk.op('ticket.messages', { ticket });
    assert.equal(items.filter((m) => m.body === 'Seen.').length, 1, `ticket ${ticket}`);
  }
});

test('after a night switched off, a wait that is over is told late, once', { timeout: 120000 }, async (t) => {
  const desk = await startDesk(t);
  await desk.op('rule.put', { title: 'Two hours', when: '2h in pending', then: 'tag slow', state: 'on' });
  const { ticket } = await desk.op('ticket.create', { subject: 'Waits', body: 'x', name: 'Ines', email: 'ines@northwind.example' });
  await desk.op('ticket.status', { ticket, status: 'pending' });
  const [wait] = await until('the wait is known', async () => { const { waits } = await desk.op('rule.trace', { ticket }); return waits.length && waits; });
  assert.deepEqual([wait.rule, Date.parse(wait.due) - Date.parse(wait.since)], ['two-hours', 2 * 3600e3], 'due two hours after it began');
  await desk.stop();
  desk.clock(10 * HOUR);
  await desk.start();
  const [run] = await ran(desk, ticket);
  assert.equal(run.outcome, 'did');
  assert.ok(run.late_seconds > 7.9 * 3600 && run.late_seconds < 8.1 * 3600, `${run.late_seconds} s late`);
  await desk.restart();
  desk.clock(30 * HOUR);
  await desk.restart();
  assert.equal((await runs(desk, ticket)).length, 1);
});

test('rules as text by the command line', { timeout: 120000 }, async (t) => {
  const desk = await startDesk(t);
  const text = async () => JSON.parse((await desk.run(['rule', 'text', '--json'])).stdout).text;
  const before = await text();
  assert.match(before, /\[rule customer-closed\]/);
  const same = await desk.run(['rule', 'diff', '-', '--json'], before);
  assert.equal(same.status, 0, same.stderr);
  assert.equal(JSON.parse(same.stdout).diff, '');
  const more = `${before}\n[rule fresh]\ntitle = Fresh\nstate = on\nwhen = created\nif = subject:fresh\nthen = tag fresh\n`;
  const diff = await desk.run(['rule', 'diff', '-', '--json'], more);
  assert.match(JSON.parse(diff.stdout).summary, /1 added, 0 changed, 0 removed/);
  const applied = await desk.run(['rule', 'apply', '-', '--reason', 'from git'], more);
  assert.equal(applied.status, 0, applied.stderr);
  const { ticket } = await desk.op('ticket.create', { subject: 'Fresh', body: 'x', name: 'Ines', email: 'ines@northwind.example' });
  assert.equal((await ran(desk, ticket))[0].rule, 'fresh');
  const tried = await desk.run(['rule', 'dry-run', 'fresh', '--json']);
  assert.equal(JSON.parse(tried.stdout).times, 1);
  const bad = await desk.run(['rule', 'apply', '-'], '[rule x]\ntitle = X\nwhen = created\nif = (a\nthen = tag x\n');
  assert.notEqual(bad.status, 0);
  assert.match(bad.stderr, /Line 1, \[rule x\], if: A parenthesis is not closed/);
  /* the whole text put back: as it was */
  assert.equal((await desk.run(['rule', 'apply', '-'], before)).status, 0);
  assert.equal(await text(), before);
});
