// Triage from outside: two people in the same second, mail that comes in, what is not ours left out of the report, rows asked for a day of the past.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until, freePort } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';
import { exim, dovecot, swaks } from '../lib/mta.mjs';

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

test('a bill goes on to finance through a real mail server, with the original; taken back in time it goes nowhere', async (t) => {
  const box = await dovecot(t), lmtpPort = await freePort();
  const mx = await exim(t, { 'desk.example': lmtpPort, 'company.example': box.lmtpPort, 'bills.example': box.lmtpPort });
  const desk = await startDesk(t, { smtp: `smtp://127.0.0.1:${mx.port}`, lmtpPort });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '2' });
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const { items: rows } = await desk.op('owner_rule.list', { on: new Date().toISOString().slice(0, 10) });
  await desk.op('owner_rule.add', { follows: rows.find((r) => r.code === 'bills').rule, asks: ['bill'], owner: 'finance', action: 'forward', route: 'forward to finance', dest: 'finance@company.example' });
  const send = async (n) => {
    const r = await swaks(['--server', '127.0.0.1', '--port', String(mx.port), '--from', 'ap@bills.example', '--to', 'support@desk.example', '--header', `Subject: Invoice ${n}`, '--header', 'From: Anna Pay <ap@bills.example>', '--header', `Message-Id: <bill-${n}@bills.example>`, '--body', `The *purchase order* and the invoice ${n}.`]);
    assert.equal(r.code, 0, r.out);
    return (await until('it waits', async () => (await desk.op('triage.list', {})).items.find((i) => i.subject === `Invoice ${n}`), 15000)).ticket;
  };
  const first = await send(1);
  await desk.op('ticket.note', { ticket: first, body: 'Internal: they wrote before.' });
  for (const to of ['eve@evil.example', 'support@desk.example']) {
    const no = await desk.http('POST', '/api/v1/triage.decide', { token: mara.token, json: { ticket: first, outcome: 'forward', forward_to: to } });
    assert.equal(no.status, 422, no.text);
    assert.match(no.text, /no place that a row in force names/);
  }
  const decided = await mara.do('triage.decide', { ticket: first, forward_words: 'Yours, I think.', note: 'finance has it' });
  assert.equal(decided.forwarded_to, 'finance@company.example');
  const mail = await until('it is in the mailbox of finance', async () => (await box.mailbox('finance@company.example'))[0], 20000).catch((e) => assert.fail(e.message + mx.log() + desk.log().slice(-2000)));
  assert.equal(mail.mail.subject, 'Fwd: Invoice 1');
  assert.equal(mail.mail.replyTo.value[0].address, 'ap@bills.example', 'an answer goes to who wrote');
  assert.match(mail.mail.from.text, /Mara Lind/);
  assert.match(mail.mail.text, /Yours, I think\.[^]*> From: .*ap@bills\.example[^]*> The \*purchase order\* and the invoice 1\./);
  assert.equal(mail.mail.headers.get('auto-submitted'), undefined, 'a person sent it');
  assert.doesNotMatch(String(mail.raw), /they wrote before|finance has it/, 'notes stay inside');
  const original = mail.structure.childNodes.find((n) => n.type === 'message/rfc822');
  assert.ok(original, 'the original is attached as a mail');
  assert.match(String(mail.raw), /\r?\nMessage-Id: <bill-1@bills\.example>\r?\n/, 'as it came');
  const { items } = await until('it is recorded as sent', async () => { const l = await desk.op('forward.list', { ticket: first }); return l.items[0].mail === 'sent' && l; });
  assert.deepEqual([items[0].to, items[0].by], ['finance@company.example', 'Mara Lind']);
  assert.ok((await desk.op('ticket.show', { ticket: first })).tags.some((g) => JSON.stringify(g).includes('no_action')), 'not counted');

  const second = await send(2);
  const d2 = await mara.do('triage.decide', { ticket: second });
  await mara.do('forward.undo', { forward: d2.forward });
  assert.equal((await desk.op('ticket.show', { ticket: second })).status, 'new');
  assert.ok((await desk.op('triage.list', {})).items.some((i) => i.ticket === second), 'it waits again');
  const third = await send(3);
  await mara.do('triage.decide', { ticket: third });
  await until('the third has come', async () => (await box.mailbox('finance@company.example')).some((m) => m.mail.subject === 'Fwd: Invoice 3'), 20000);
  assert.equal((await box.mailbox('finance@company.example')).length, 2, 'the second never left');
  const late = await desk.http('POST', '/api/v1/forward.undo', { token: mara.token, json: { forward: (await desk.op('forward.list', { ticket: third })).items[0].forward } });
  assert.equal(late.status, 409);
});

test('two take it to the next in the same second: one does, the other is told; nobody stands there twice', async (t) => {
  const desk = await startDesk(t, {});
  const people = [];
  for (const n of ['mara', 'ben', 'ivo']) people.push(await desk.person(`${n}@desk.example`, { name: n }));
  for (let round = 0; round < 8; round++) {
    const ticket = await ask(desk, `It fails ${round}`, 'It fails with an error.');
    const answers = await Promise.all(people.map((p) => desk.http('POST', '/api/v1/escalation.raise', { token: p.token, json: { ticket, reason: 'It is slow', seen: 0 } })));
    assert.equal(answers.filter((a) => a.status === 200).length, 1, answers.map((a) => a.status).join());
    for (const a of answers.filter((x) => x.status !== 200)) { assert.equal(a.status, 409); assert.match(a.text, /meanwhile/); }
    assert.equal((await desk.op('escalation.list', { ticket })).items.length, 1);
  }
});

test('who is away is told by mail, as they chose, and only once', { timeout: 120000 }, async (t) => {
  const sink = await smtpSink(t);
  const desk = await startDesk(t, { smtp: sink.url });
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' }), ben = await desk.person('ben@desk.example', { name: 'Ben Ruiz' });
  await ben.do('notice.choose', { assigned: 'at_once' });
  const [one, two, over] = [await ask(desk, 'One', 'Secret words'), await ask(desk, 'Two', 'x'), await ask(desk, 'Three', 'x')];
  await mara.do('ticket.assign', { ticket: one, assignee: ben.id });
  await mara.do('ticket.take', { ticket: two });
  await mara.do('handover.offer', { ticket: two, to: ben.id, reason: 'vacation', context: 'Inside only', last_step: 'asked', next_step: 'look', anyway: true });
  await mara.do('ticket.assign', { ticket: over, assignee: ben.id });
  await mara.do('ticket.assign', { ticket: over, assignee: mara.id, anyway: true });
  await desk.stop();
  desk.clock(15 * 60e6);
  await desk.start();
  const told = () => sink.mails.filter((m) => m.to.includes('ben@desk.example'));
  const mail = await until('one mail', async () => told()[0], 20000);
  assert.equal(mail.mail.subject, '2 things wait for you');
  assert.match(mail.mail.text, /#\d+ “One” came to you, by Mara Lind[^]*Mara Lind offers you #\d+ “Two”/);
  assert.doesNotMatch(mail.mail.text, /Secret words|Inside only|Three/);
  assert.equal(mail.mail.headers.get('auto-submitted'), 'auto-generated');
  await desk.restart();
  desk.clock(30 * 60e6);
  await desk.restart();
  assert.equal(told().length, 1);
  assert.ok((await ben.do('notice.list', {})).items.every((n) => ['sent', 'over'].includes(n.state)), JSON.stringify(await ben.do('notice.list', {})));
});
