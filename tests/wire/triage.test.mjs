// Triage from outside: two people in the same second, mail that comes in, what is not ours left out of the report, rows asked for a day of the past.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until } from '../lib/desk.mjs';

const ask = async (desk, subject, body, email = 'ines@northwind.example') => (await desk.op('ticket.create', { subject, body, name: 'Ines', email })).ticket;

test('two people decide in the same second: one wins, the other is told, nothing is half done', async (t) => {
  const desk = await startDesk(t, {});
  const people = [];
  for (const n of ['mara', 'ben', 'ivo', 'kim']) people.push(await desk.person(`${n}@desk.example`, { name: n }));
  for (let round = 0; round < 8; round++) {
    const ticket = await ask(desk, `It fails ${round}`, 'It fails with an error.');
    const answers = await Promise.all(people.map((p, i) => desk.http('POST', '/api/v1/triage.decide', { token: p.token, json: { ticket, severity: i, priority: `p${i}`, subject: `by ${i}`, areas: ['search'] } })));
    const won = answers.findIndex((a) => a.status === 200);
    assert.equal(answers.filter((a) => a.status === 200).length, 1, answers.map((a) => a.status).join());
    for (const a of answers.filter((x) => x.status !== 200)) {
      assert.equal(a.status, 409);
      assert.match(a.text, /triaged this case|in this very second/);
    }
    const c = await desk.op('ticket.show', { ticket });
    assert.deepEqual([c.severity, c.priority, c.subject], [won, `p${won}`, `by ${won}`]);
    const { items } = await desk.op('ticket.messages', { ticket });
    assert.equal(items.filter((m) => /Triaged:/.test(m.body)).length, 1, 'one note');
  }
});

test('a mail is judged as it lands, by whom it is from and what it says', async (t) => {
  const desk = await startDesk(t, {});
  const { organisation } = await desk.op('organisation.create', { name: 'Northwind', domains: ['northwind.example'], stage: 'pre_sales' });
  const raw = (subject, text, from) => ['From: Ines <' + from + '>', 'To: support@desk.example', `Subject: ${subject}`, `Message-ID: <${subject.replaceAll(' ', '')}@x.example>`, '', text].join('\r\n');
  for (const [subject, text, from] of [['It crashes', 'It crashes with an error.', 'ines@northwind.example'], ['Purchase order', 'The purchase order and the attached invoice.', 'ap@bills.example']])
    assert.match((await desk.lmtp({ from, to: ['support@desk.example'], raw: raw(subject, text, from) })).join(), /^250/);
  const { items } = await until('both are judged', async () => { const l = await desk.op('triage.list', {}); return l.items.length === 2 && l; });
  const crash = items.find((i) => i.subject === 'It crashes'), bill = items.find((i) => i.subject === 'Purchase order');
  assert.deepEqual([crash.ask, crash.owner, crash.action], ['not_working', 'ce', 'hand_on']);
  assert.match(crash.reason, /^Belongs to the customer engineer, because it says that something does not work, before the sale; row not-working-presales, since 2023-02-01\.$/);
  assert.deepEqual([bill.ask, bill.owner, bill.action], ['bill', 'finance', 'forward']);
  await desk.op('organisation.update', { organisation, stage: 'post_sales' });
  assert.equal((await desk.op('triage.show', { ticket: crash.ticket })).owner, 'support');
  const then = await desk.op('owner.ask', { ticket: crash.ticket, ask: 'how_to', on: '2021-08-01', strategic: 'yes' });
  assert.equal(then.row.code, 'howto-strategic');
  assert.equal(then.row.source, undefined);
});

test('what is no action of ours is not in the report of promises', async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind', access: 'lead' });
  await desk.op('organisation.create', { name: 'Northwind', domains: ['northwind.example'], stage: 'post_sales', tier: 'enterprise', plan: 'Enterprise' });
  /* lines for first responses in the months that the due date can fall into */
  const page = async () => {
    const months = [0, 7].map((days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 7));
    let lines = 0;
    for (const m of new Set(months)) {
      const a = await desk.http('GET', '/reports/promises?month=' + m, { cookie: mara.cookie });
      assert.equal(a.status, 200);
      lines += (a.text.match(/<tr>.*?<\/tr>/gs) ?? []).filter((row) => /First response/.test(row) && /<td/.test(row)).length;
    }
    return lines;
  };
  const ours = await ask(desk, 'It fails', 'It fails with an error.');
  await desk.op('triage.decide', { ticket: ours, severity: 2, priority: 'p2' });
  assert.equal(await page(), 1, 'one promise is counted');
  await desk.op('triage.decide', { ticket: ours, outcome: 'hand_on', why: 'another team has it', quietly: true, again: true });
  assert.equal((await desk.op('ticket.show', { ticket: ours })).status, 'solved');
  assert.equal(await page(), 0, 'and no longer');
});
