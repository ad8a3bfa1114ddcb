// Strangers' mail at the LMTP door and what leaves by the relay: threading and trust, loops, floods, forgeries, bounces, what cannot be read.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { readFileSync, readdirSync } from 'node:fs';
import { startDesk, until, sleep, Line, stuffed, raw as rawTalk, BIN } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';
import { letter, land, answered, show, messages, everything, SUPPORT } from '../lib/mail.mjs';

const AUTH = (domain) => `Authentication-Results: desk.example; dmarc=pass header.from=${domain}\r\n`;
async function quickDesk(t) {
  const sink = await smtpSink(t);
  const desk = await startDesk(t, { smtp: sink.url });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '0' });
  return { desk, sink };
}

test('a thread: case, acknowledgement, reply, answer by token, by Message-ID, by uppercased token', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const first = letter(), firstId = first.toString().match(/Message-ID: (<.*?>)/)[1];
  const { ticket, outcome } = await land(desk, first);
  assert.equal(outcome, 'ticket');
  const ack = await sink.wait('the acknowledgement', (m) => m.to[0] === 'ines@northwind.example');
  assert.equal(ack.mail.headers.get('auto-submitted'), 'auto-replied');
  assert.equal(ack.mail.headers.get('precedence'), undefined);
  assert.match(String(ack.mail.headers.get('x-auto-response-suppress')), /all/i);
  for (const words of ['Search is slow', 'It takes minutes', 'Ines', 'Okafor'])
    assert.ok(!ack.raw.includes(words), `the acknowledgement repeats “${words}”`);
  const reply = await answered(desk, sink, ticket);
  assert.match(reply.from, /^bounce\+\d+\.\d+\.[a-z2-7]{16}@desk\.example$/);
  assert.match(reply.replyTo, /^support\+\d+\.\d+\.[a-z2-7]{16}@desk\.example$/);
  assert.equal(reply.mail.headers.get('auto-submitted'), undefined);
  assert.ok([reply.mail.references].flat().includes(firstId));
  assert.ok(reply.mail.inReplyTo);
  assert.ok(reply.mail.html && reply.mail.text, 'text and HTML');
  assert.match(reply.mail.subject, /^Re: Search is slow \[#\d+\]$/);
  assert.ok(!/[^\r]\n/.test(reply.raw.toString('latin1')), 'only CRLF');
  assert.ok(reply.raw.toString('latin1').split('\r\n').every((l) => l.length <= 998));

  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  /* the recipient's token was made for her: proved, reopens */
  let a = await land(desk, letter({ subject: 'Re: whatever', body: 'It is 5.3.\r\n' }), { to: [reply.replyTo] });
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'reply']);
  assert.equal((await show(desk, ticket)).status, 'open');
  a = await land(desk, letter({ subject: 'Re: whatever', body: 'Shouted.\r\n' }), { to: [reply.replyTo.toUpperCase()] });
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'reply']);
  /* by our Message-ID in In-Reply-To: it says which ticket; who, only our mail server's word does (ids are in every copy and archive) */
  a = await land(desk, letter({ subject: 'other', body: 'By id.\r\n', first: AUTH('northwind.example'), headers: { 'In-Reply-To': reply.id } }));
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'reply']);
  a = await land(desk, letter({ subject: 'other', body: 'By id alone.\r\n', headers: { 'In-Reply-To': reply.id } }));
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'note']);
  /* a foreign id that the ticket has seen says which, not who */
  a = await land(desk, letter({ body: 'By old id.\r\n', headers: { References: firstId } }));
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'note']);
  /* the subject counts with a proved sender only */
  a = await land(desk, letter({ subject: `Re: x [#${ticket}]`, body: 'No proof.\r\n' }));
  assert.notEqual(a.ticket, ticket);
  a = await land(desk, letter({ subject: `Re: x [#${ticket}]`, body: 'With proof.\r\n', first: AUTH('northwind.example') }));
  assert.deepEqual([a.ticket, a.outcome], [ticket, 'reply']);
  assert.ok((await desk.op('mail.why', { id: a.id })).steps.length > 2);
  const again = await answered(desk, sink, ticket, 'Thank you, looking.');
  assert.ok([again.mail.references].flat().length <= 20);
  assert.equal(again.mail.subject, reply.mail.subject);
});

test('forgeries: a bit flipped, another ticket, another sender, a forged Message-ID: nothing moves, nothing is mailed', async (t) => {
  const { desk, sink } = await quickDesk(t);
  await desk.op('setting.set', { key: 'mail.per_ticket_hour', value: '1000' });
  const one = (await land(desk, letter())).ticket;
  const two = (await land(desk, letter({ from: 'ola@fjord.example', subject: 'Other' }), { from: 'ola@fjord.example' })).ticket;
  const r1 = await answered(desk, sink, one), r2 = await answered(desk, sink, two, 'To Ola.');
  for (const x of [one, two]) await desk.admin.do('ticket.status', { ticket: x, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  await sleep(300);
  const mailed = sink.mails.length;
  const flip = (s) => s.replace(/\.([a-z2-7])([a-z2-7]{15}@)/, (_, c, rest) => '.' + (c === 'a' ? 'b' : 'a') + rest);
  assert.notEqual(flip(r1.replyTo), r1.replyTo);
  assert.notEqual(flip(r1.id), r1.id);
  const evil = 'Eve <eve@evil.example>', from = 'eve@evil.example';
  const tries = [
    ['one bit of the token', letter({ from: evil, body: 'A\r\n' }), [flip(r1.replyTo)]],
    ['her own address, one bit flipped', letter({ body: 'B\r\n' }), [flip(r1.replyTo)]],
    ['the token of another ticket on this number', letter({ body: 'C\r\n' }), [r1.replyTo.replace(/\+\d+\./, `+${two}.`)]],
    ["another contact's number with her MAC", letter({ body: 'D\r\n' }), [r1.replyTo.replace(/\+(\d+)\.\d+\./, '+$1.2.')]],
    ['no MAC', letter({ from: evil, body: 'E\r\n' }), [`support+${one}@desk.example`]],
    ['a forged Message-ID', letter({ from: evil, body: 'F\r\n', headers: { 'In-Reply-To': flip(r1.id), References: flip(r1.id) } }), [SUPPORT]],
    ['another domain after a right local part', letter({ body: 'G\r\n', headers: { 'In-Reply-To': r1.id.replace('@desk.example', '@evil.example') } }), [SUPPORT]],
    ['a number in the subject', letter({ body: 'H\r\n', subject: `[#${one}] hello` }), [SUPPORT]],
    ["somebody else's Authentication-Results", letter({ subject: `[#${one}]`, body: 'I\r\n', first: 'Authentication-Results: mx.evil.example; dmarc=pass header.from=northwind.example\r\n' }), [SUPPORT]],
    ['ours, but below Received', letter({ subject: `[#${one}]`, body: 'J\r\n', first: 'Received: from evil by desk.example; Tue, 24 Nov 2026 08:00:00 +0000\r\n' + AUTH('northwind.example') }), [SUPPORT]],
    ['a pass for another domain', letter({ subject: `[#${one}]`, body: 'K\r\n', first: AUTH('evil.example') }), [SUPPORT]],
  ];
  for (const [what, raw, to] of tries) {
    const r = await land(desk, raw, { from, to });
    assert.notEqual(r.outcome, 'reply', what);
    assert.notEqual(r.outcome, 'follow_up', what);
  }
  /* right token or id, wrong sender: a note that reopens nothing */
  for (const [what, raw, to] of [
    ['a stolen token', letter({ from: evil, body: 'stolen\r\n' }), [r1.replyTo]],
    ['a stolen Message-ID', letter({ from: evil, body: 'stolen id\r\n', headers: { 'In-Reply-To': r1.id } }), [SUPPORT]],
    ['her name, DMARC failed', letter({ body: 'refuted\r\n', first: 'Authentication-Results: desk.example; dmarc=fail header.from=northwind.example\r\n' }), [r1.replyTo]],
    ['two senders', letter({ from: 'ines@northwind.example, eve@evil.example', body: 'two\r\n' }), [r1.replyTo]],
  ]) {
    const r = await land(desk, raw, { from, to });
    assert.deepEqual([r.ticket, r.outcome], [one, 'note'], what);
  }
  assert.equal((await show(desk, one)).status, 'solved');
  assert.equal((await show(desk, two)).status, 'solved');
  assert.equal((await messages(desk, two)).length, 2);
  assert.deepEqual((await show(desk, one)).cc, []);
  await sleep(500);
  const late = sink.mails.slice(mailed).filter((m) => [r1, r2].some((r) => m.mail.subject === r.mail.subject));
  assert.deepEqual(late.map((m) => m.to), [], 'nothing of the threads was mailed');
});

test('copies: a forged requester with a copy learns nothing; a proved one brings colleagues only', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const org = await desk.op('organisation.create', { name: 'Northwind' });
  await desk.op('organisation.domain_add', { organisation: org.organisation, domain: 'northwind.example' });
  const { ticket } = await land(desk, letter());
  const r = await answered(desk, sink, ticket, 'Secret words of the first answer.');
  await land(desk, letter({ body: 'Add my friend.\r\n', headers: { Cc: 'eve@evil.example', 'In-Reply-To': '<nothing@x>' }, subject: `Re: [#${ticket}]` }), { from: 'eve@evil.example' });
  await land(desk, letter({ from: 'Eve <eve@evil.example>', body: 'me too\r\n', headers: { Cc: 'eve2@evil.example' } }), { to: [r.replyTo], from: 'eve@evil.example' });
  await land(desk, letter({ body: 'colleague and outsider\r\n', headers: { Cc: 'tom@northwind.example, out@evil.example' } }), { to: [r.replyTo] });
  const before = sink.mails.length;
  await desk.admin.do('ticket.reply', { ticket, body: 'The second answer.' });
  const second = () => sink.mails.slice(before).filter((m) => m.mail.text?.includes('The second answer'));
  await until('both get it', () => second().length >= 2);
  await sleep(400);
  assert.deepEqual(second().map((m) => m.to[0]).sort(), ['ines@northwind.example', 'tom@northwind.example']);
  const tom = second().find((m) => m.to[0] === 'tom@northwind.example');
  assert.ok(!tom.raw.includes('Secret words'), 'a new copy gets no earlier history');
  assert.ok(sink.mails.every((m) => !m.to[0].endsWith('evil.example') || !/Secret|second answer/.test(m.raw.toString())));
});

test('relay spam: acknowledgements are few, and carry no word of the sender', async (t) => {
  const { desk, sink } = await quickDesk(t);
  for (let i = 0; i < 12; i++)
    await land(desk, letter({ from: '"BUY CHEAP PILLS http://spam.example" <victim@mailbox.example>', subject: `WIN A PRIZE ${i} http://spam.example`, body: `Click http://spam.example/${i}\r\n` }), { from: 'victim@mailbox.example' });
  await sleep(700);
  const got = sink.mails.filter((m) => m.to[0] === 'victim@mailbox.example');
  assert.ok(got.length <= 1, `${got.length} acknowledgements`);
  for (const m of got)
    for (const word of ['PILLS', 'PRIZE', 'spam.example', 'Click'])
      assert.ok(!m.raw.includes(word), word);
  assert.equal((await everything(desk)).length, 12, 'every one is a case');
});

test('the budget of automatic mail holds for the whole desk', async (t) => {
  const { desk, sink } = await quickDesk(t);
  await desk.op('setting.set', { key: 'mail.auto_per_hour', value: '3' });
  for (let i = 0; i < 8; i++) await land(desk, letter({ from: `p${i}@many.example` }), { from: `p${i}@many.example` });
  await sleep(600);
  assert.equal(sink.mails.length, 3);
});

test('loops: programs get no answer, our own mail coming back is set aside, a flood reopens nothing', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const machine = [
    [{ 'Auto-Submitted': 'auto-generated' }, 'm@a.example'], [{ 'Auto-Submitted': 'auto-replied' }, 'm@b.example'], [{ Precedence: 'bulk' }, 'm@c.example'], [{ Precedence: 'auto_reply' }, 'm@d.example'],
    [{ 'List-Id': '<x.y>' }, 'm@e.example'], [{ 'List-Unsubscribe': '<mailto:x@y>' }, 'm@f.example'], [{ 'X-Autoreply': 'yes' }, 'm@g.example'], [{}, ''], [{ From: 'MAILER-DAEMON@h.example' }, 'm@h.example'],
  ];
  for (const [headers, from] of machine)
    await land(desk, letter({ from: `Machine <${from || 'null@path.example'}>`, headers }), { from });
  await land(desk, letter({ from: 'Desk <support@desk.example>' }), { from: SUPPORT });
  await sleep(600);
  assert.deepEqual(sink.mails.map((m) => m.to[0]), [], 'no automatic answer to a program');
  /* these two are people's mail: Auto-Submitted: no, and Exchange's stamp */
  await land(desk, letter({ from: 'h@one.example', headers: { 'Auto-Submitted': 'no' } }), { from: 'h@one.example' });
  await sink.wait('Auto-Submitted: no is a person', (m) => m.to[0] === 'h@one.example');
  const stamped = await land(desk, letter({ from: 'h@two.example', headers: { 'X-Auto-Response-Suppress': 'DR, OOF, AutoReply' } }), { from: 'h@two.example' });
  assert.equal(stamped.outcome, 'ticket', 'the stamp says nothing of who wrote');
  /* our own mail, sent back by somebody's forwarder */
  const { ticket } = await land(desk, letter());
  const r = await answered(desk, sink, ticket);
  const back = await land(desk, r.raw, { from: 'someone@else.example', to: [SUPPORT] });
  assert.equal(back.outcome, 'loop');
  /* a vacation note to a reply: kept, reopens nothing */
  await desk.admin.do('ticket.status', { ticket, status: 'pending' });
  const v = await land(desk, letter({ body: 'On holiday\r\n', headers: { 'Auto-Submitted': 'auto-replied' } }), { to: [r.replyTo] });
  assert.equal(v.outcome, 'note');
  assert.equal((await show(desk, ticket)).status, 'pending');
  /* the brake per ticket fails closed */
  await desk.op('setting.set', { key: 'mail.per_ticket_hour', value: '4' });
  for (let i = 0; i < 6; i++) await land(desk, letter({ body: `ping ${i}\r\n` }), { to: [r.replyTo] });
  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  await land(desk, letter({ body: 'ping again\r\n' }), { to: [r.replyTo] });
  assert.equal((await show(desk, ticket)).status, 'solved');
});

test('duplicates: the same bytes are one, the same id with other words two, two addresses one', async (t) => {
  const { desk } = await quickDesk(t);
  await desk.op('mail.address_add', { address: 'help@desk.example' });
  const m = letter();
  const [a] = await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: m });
  const [b] = await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: m });
  assert.match(b, /again/);
  assert.equal(a.match(/#(\d+)/)[1], b.match(/#(\d+)/)[1]);
  await land(desk, m, { to: ['help@desk.example'] });
  assert.equal((await everything(desk)).length, 1);
  const id = m.toString().match(/Message-ID: (.*)\r/)[1];
  await land(desk, letter({ subject: 'Another thing', body: 'Other words.\r\n', headers: { 'Message-ID': id } }));
  assert.equal((await everything(desk)).length, 2);
  await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT, 'help@desk.example'], raw: letter({ subject: 'To both' }) });
  await until('both landed', async () => (await desk.op('mail.inbox', {})).items.every((r) => r.state !== 'new'));
  assert.equal((await everything(desk)).length, 3);
});

test('bounces: by the token of the envelope; 5.x marks the contact and tells the case, 4.x does not; a forged report does nothing', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const { ticket } = await land(desk, letter());
  const r = await answered(desk, sink, ticket);
  let n = 0;
  const dsn = (status, action, id = r.id) => Buffer.from(`From: MAILER-DAEMON@mx.example\r\nTo: ${r.from}\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n` +
    `Message-ID: <dsn${++n}@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nIt did not work.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n` +
    `Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; ines@northwind.example\r\nAction: ${action}\r\nStatus: ${status}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: ${id}\r\nSubject: x\r\n\r\n--b--\r\n`);
  const contact = (await show(desk, ticket)).requester.contact;
  const looks = async () => { const c = await desk.op('contact.show', { contact }); return JSON.stringify([c, (await messages(desk, ticket)).map((m) => m.body)]); };
  const clean = await looks();
  await land(desk, dsn('4.4.1', 'delayed'), { from: '', to: [r.from] });
  assert.equal(await looks(), clean, '4.x.x marks nobody');
  await land(desk, dsn('5.1.1', 'failed', '<tend.reply.2.1.aaaaaaaaaaaaaaaa@desk.example>'), { from: '', to: [SUPPORT] });
  assert.equal(await looks(), clean, 'a report with a forged id marks nobody');
  await land(desk, dsn('5.1.1', 'failed'), { from: '', to: [r.from] });
  assert.notEqual(await looks(), clean, '5.x.x marks the contact');
  assert.ok((await messages(desk, ticket)).some((m) => m.kind !== 'customer' && /came back/.test(m.body)));
});

test('what the relay says: 4xx waits, 5xx is told on the case, a cut is tried once more with the same Message-ID', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const { ticket } = await land(desk, letter());
  await sink.wait('ack', () => true);
  sink.mails.length = 0;
  sink.mode = '4xx';
  const with_ = (words) => sink.mails.filter((m) => m.mail.text?.includes(words));
  let sessions = sink.sessions;
  await desk.admin.do('ticket.reply', { ticket, body: 'First answer' });
  await until('it was tried', () => sink.sessions > sessions);
  await sleep(300);
  assert.equal(sink.mails.length, 0);
  sink.mode = 'ok';
  desk.clock(2 * 3600e6);
  await desk.restart();
  await until('it goes out later', () => with_('First answer').length, 20000);
  sink.mode = 'cut';
  sessions = sink.sessions;
  await desk.admin.do('ticket.reply', { ticket, body: 'Second answer' });
  await until('cut', () => sink.sessions > sessions);
  await sleep(300);
  sink.mode = 'ok';
  desk.clock(4 * 3600e6);
  await desk.restart();
  await until('tried once more', () => with_('Second answer').length >= 2, 20000);
  assert.equal(new Set(with_('Second answer').map((m) => m.mail.messageId)).size, 1, 'the same mail is known by its id');
  sink.mode = '5xx';
  await desk.admin.do('ticket.reply', { ticket, body: 'Third answer' });
  await until('the case says so', async () => (await messages(desk, ticket)).some((m) => /could not be sent/.test(m.body)));
  assert.equal(with_('Third answer').length, 0);
});

test('header injection: a subject or a name with line ends makes no header', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const q = (s) => `=?utf-8?B?${Buffer.from(s).toString('base64')}?=`;
  const { ticket } = await land(desk, letter({ from: `${q('Ines\r\nBcc: eve@evil.example\r\nX-A: b')} <ines@northwind.example>`, subject: q('Slow\r\nBcc: eve@evil.example\r\n\r\nbody') }));
  const r = await answered(desk, sink, ticket);
  assert.equal(r.mail.headers.get('bcc'), undefined);
  assert.equal(r.mail.headers.get('x-a'), undefined);
  assert.deepEqual(r.to, ['ines@northwind.example']);
  const bad = await desk.admin.api('ticket.create', { subject: 'a\r\nBcc: eve@evil.example', body: 'x', email: 'z@z.example', name: 'z\nBcc: e@e.example' });
  if (bad.status === 200) {
    const out = await answered(desk, sink, bad.json.ticket, 'to z');
    assert.equal(out.mail.headers.get('bcc'), undefined);
  } else assert.equal(bad.status, 422);
  const who = await desk.admin.api('ticket.create', { subject: 'ok', body: 'x', email: 'z@z.example>\r\nRCPT TO:<eve@evil.example' });
  assert.equal(who.status, 422);
  assert.ok(sink.mails.every((m) => !m.to.includes('eve@evil.example')));
});

test('what cannot be read is a case with the original, waits for a person, and can be tried again', async (t) => {
  const { desk } = await quickDesk(t);
  const deep = (i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`;
  const head = 'From: ines@northwind.example\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n';
  const bombs = {
    parts: Buffer.from(head + 'Content-Type: multipart/mixed; boundary=b\r\n\r\n' + '--b\r\n\r\nx\r\n'.repeat(20000) + '--b--\r\n'),
    deep: Buffer.from(head + Array.from({ length: 2000 }, (_, i) => deep(i)).join('')),
    headers: Buffer.from(head + 'X-Long: y\r\n'.repeat(200000) + '\r\nhi\r\n'),
    references: letter({ headers: { References: '<a@b> '.repeat(170000) } }),
    colons: letter({ from: ':'.repeat(100000) + ' <ines@northwind.example>' }),
    comments: letter({ from: '('.repeat(100000) + ' ines@northwind.example' }),
    addresses: letter({ headers: { Cc: Array.from({ length: 10000 }, (_, i) => `p${i}@many.example`).join(', ') } }),
  };
  for (const [what, raw] of Object.entries(bombs)) {
    const began = Date.now();
    const r = await land(desk, raw);
    assert.ok(Date.now() - began < 25000, `${what} took ${Date.now() - began} ms`);
    assert.ok(r.ticket || r.state === 'parked' || r.state === 'suspended', `${what}: ${JSON.stringify(r)}`);
  }
  const rows = (await desk.op('mail.inbox', { state: 'parked' })).items;
  assert.ok(rows.length >= 1, 'at least one is parked');
  const parked = rows[0], raw = await desk.http('GET', `/mail/${parked.id}/raw`, { cookie: desk.admin.cookie });
  assert.equal(raw.status, 200);
  assert.match(raw.headers['content-disposition'] ?? '', /attachment/);
  assert.match((await show(desk, parked.ticket)).subject, /Unreadable/);
  await desk.op('mail.retry', { id: parked.id });
  const again = await until('read again', async () => { const w = await desk.op('mail.why', { id: parked.id }); return w.state !== 'new' && w; }, 30000);
  assert.equal(again.state, 'parked');
  /* the next one is not held up */
  assert.equal((await land(desk, letter({ subject: 'still alive' }))).outcome, 'ticket');
});

test('the corpus of odd mails: each becomes something a person can see', async (t) => {
  const { desk } = await quickDesk(t);
  await desk.op('setting.set', { key: 'mail.auto_per_hour', value: '0' });
  const dir = new URL('../mails/', import.meta.url);
  for (const f of readdirSync(dir).filter((f) => f.endsWith('.eml'))) {
    const [r] = await desk.lmtp({ from: 'odd@corpus.example', to: [SUPPORT], raw: readFileSync(new URL(f, dir)) });
    assert.match(r, /^(250|554)/, `${f}: ${r}`);
  }
  await until('all read', async () => (await desk.op('mail.inbox', { state: 'new' })).items.length === 0, 60000);
  for (const r of (await desk.op('mail.inbox', { max: 200 })).items) assert.ok(r.outcome && r.reason, JSON.stringify(r));
});

test('sign-up mail of other services is put aside; spam of our filter too; both can be released', async (t) => {
  const { desk, sink } = await quickDesk(t);
  const a = await land(desk, letter({ from: 'no-reply@service.example', subject: 'Your verification code', body: '123456\r\n' }), { from: 'no-reply@service.example' });
  assert.equal(a.outcome, 'suspended');
  const b = await land(desk, letter({ first: 'X-Spam-Flag: YES\r\n' }));
  assert.equal(b.outcome, 'suspended');
  for (const x of [a, b]) assert.equal((await show(desk, x.ticket)).status, 'suspended');
  await sleep(300);
  assert.equal(sink.mails.length, 0);
  await desk.op('ticket.unsuspend', { ticket: b.ticket });
  assert.equal((await show(desk, b.ticket)).status, 'new');
});

test('HTML mail stands in a sandboxed frame of its own; remote images wait for a click', async (t) => {
  const { desk } = await quickDesk(t);
  const body = '<html><body onload="alert(1)"><script>alert(2)</script><p>Hello <b>there</b></p><img src="https://track.example/x.gif"><a href="javascript:alert(3)">x</a><form action="https://evil.example"><input></form></body></html>\r\n';
  const { ticket } = await land(desk, letter({ body, headers: { 'Content-Type': 'text/html; charset=utf-8', 'MIME-Version': '1.0' } }));
  const id = (await messages(desk, ticket))[0].message;
  const f = await desk.http('GET', `/messages/${id}/html`, { cookie: desk.admin.cookie });
  assert.equal(f.status, 200);
  const csp = f.headers['content-security-policy'];
  assert.match(csp, /default-src 'none'/);
  assert.match(csp, /sandbox/);
  assert.doesNotMatch(csp.replace(`img-src ${desk.url};`, ''), /script-src|allow-scripts|https?:/, 'images of our own origin only');
  assert.equal(f.headers['x-content-type-options'], 'nosniff');
  assert.doesNotMatch(f.text, /<script|onload|javascript:|<form|<input/i);
  assert.doesNotMatch(f.text, /src="https?:/);
  assert.match(f.text, /<b>there<\/b>/);
  assert.ok([303, 401, 404].includes((await desk.http('GET', `/messages/${id}/html`)).status));
});

test('attachments: names are cleaned, none is lost', async (t) => {
  const { desk } = await quickDesk(t);
  const names = ['../../etc/passwd', '..\\..\\boot.ini', 'a\u202Egnp.exe', 'x'.repeat(400) + '.log', '.htaccess', 'CON', 'a\tb.txt', '\u200b.htaccess'];
  const parts = names.map((n, i) => `--b\r\nContent-Type: text/html; name="x"\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(n)}\r\n\r\n<script>alert(${i})</script>\r\n`).join('');
  const { ticket } = await land(desk, Buffer.from(`From: ines@northwind.example\r\nSubject: files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n${parts}--b--\r\n`));
  const files = (await messages(desk, ticket))[0].attachments;
  assert.equal(files.length, names.length, JSON.stringify(files));
  for (const f of files) {
    const name = f.filename ?? f.name;
    assert.ok(!/[\/\\\u202e\u200b\u0000-\u001f]/.test(name), JSON.stringify(name));
    assert.ok(Buffer.byteLength(name) <= 255);
    assert.ok(!name.startsWith('.'), JSON.stringify(name));
  }
});

test('the LMTP door: limits, order, bare line ends, unknown people, a sender that breaks off', async (t) => {
  const { desk } = await quickDesk(t);
  const where = { host: '127.0.0.1', port: desk.lmtpPort };
  let l = new Line(where);
  assert.match(await l.reply(), /^220/);
  assert.match(await l.say('MAIL FROM:<a@b.example>'), /^503/, 'LHLO first');
  assert.match(await l.say('EHLO x'), /^5/);
  assert.match(await l.say('LHLO x'), /^250/);
  assert.match(await l.say('DATA'), /^503/);
  assert.match(await l.say('MAIL FROM:<a@b.example>'), /^250/);
  assert.match(await l.say('RCPT TO:<nobody@desk.example>'), /^550/);
  assert.match(await l.say('RCPT TO:<support@other.example>'), /^550/);
  assert.match(await l.say('RCPT TO:<support@desk.example'), /^5/);
  assert.match(await l.say('WHAT'), /^5/);
  assert.match(await l.say('NOOP'), /^250/);
  assert.match(await l.say('QUIT'), /^221/);
  l.end();
  /* smuggling: only CRLF.CRLF ends; a bare LF is refused or kept as data, never an end */
  for (const end of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r']) {
    const inner = 'MAIL FROM:<evil@x.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nFrom: evil@x.example\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n';
    await rawTalk(where, ['LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n', `From: a@b.example\r\nSubject: outer\r\n\r\nhello${end}${inner}`, 'QUIT\r\n'], 1200);
  }
  /* broken off in DATA: nothing is stored */
  l = new Line(where);
  await l.reply();
  for (const line of ['LHLO x', 'MAIL FROM:<cut@b.example>', 'RCPT TO:<support@desk.example>', 'DATA']) await l.say(line);
  l.write('From: cut@b.example\r\nSubject: cut off\r\n\r\nhalf a');
  await sleep(100);
  l.end();
  /* pipelined, and a few bytes at a time */
  l = new Line(where);
  await l.reply();
  const all = Buffer.concat([Buffer.from('LHLO x\r\nMAIL FROM:<slow@b.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\n'), stuffed(letter({ subject: 'slowly', from: 'slow@b.example' }))]);
  for (let i = 0; i < all.length; i += 7) l.write(all.subarray(i, i + 7));
  for (const want of [/^250/, /^250/, /^250/, /^354/, /^250/]) assert.match(await l.reply(), want);
  l.end();
  /* dots survive */
  const dots = await land(desk, letter({ subject: 'dots', body: '.one\r\n..two\r\n.\r\nend\r\n' }));
  assert.equal((await messages(desk, dots.ticket))[0].body.replace(/\r/g, '').trim(), '.one\n..two\n.\nend');
  await until('all read', async () => (await desk.op('mail.inbox', { state: 'new' })).items.length === 0);
  const subjects = (await everything(desk)).map((x) => x.subject);
  assert.ok(!subjects.some((s) => /smuggled|cut off/.test(s)), subjects.join());
  assert.ok(subjects.includes('slowly'));
  /* swaks, a client that is not ours */
  const s = await new Promise((resolve) => {
    const c = spawn('swaks', ['--protocol', 'LMTP', '--server', '127.0.0.1', '--port', String(desk.lmtpPort), '--from', 'sw@aks.example', '--to', SUPPORT, '--header', 'Subject: by swaks', '--body', 'hello', '--timeout', '10s']);
    let out = '';
    c.stdout.on('data', (d) => { out += d; });
    c.stderr.on('data', (d) => { out += d; });
    c.on('close', (code) => resolve({ code, out }));
  });
  assert.equal(s.code, 0, s.out);
  await until('swaks', async () => (await everything(desk)).some((x) => x.subject === 'by swaks'));
});

test('tend mail deliver: sysexits for MTAs that pipe, with and without a running desk', async (t) => {
  const { desk } = await quickDesk(t);
  let r = await desk.run(['mail', 'deliver', '--rcpt', SUPPORT, '--from', 'p@pipe.example'], letter({ subject: 'piped', from: 'p@pipe.example' }));
  assert.equal(r.status, 0, r.stderr);
  r = await desk.run(['mail', 'deliver', '--rcpt', 'nobody@desk.example'], letter());
  assert.equal(r.status, 67, r.stderr);
  /* an MTA returns a mail on anything but 75: a slip in its configuration, or an end by a signal, costs nobody a mail */
  for (const args of [[], ['--rcpt'], ['--to', SUPPORT], ['--rcpt', SUPPORT, '--workers', '0'], ['--rcpt', SUPPORT, '--config', '/nonexistent']])
    assert.equal((await desk.run(['mail', 'deliver', ...args], letter())).status, 75, args.join(' '));
  for (const signal of ['SIGABRT', 'SIGXCPU', 'SIGTERM', 'SIGHUP']) {
    const c = spawn(BIN, ['mail', 'deliver', '--rcpt', SUPPORT, ...desk.flags()], { env: desk.env(), stdio: ['pipe', 'ignore', 'ignore'] });
    c.stdin.on('error', () => {});
    c.stdin.write('Subject: half');
    const caught = () => BigInt('0x' + readFileSync(`/proc/${c.pid}/status`, 'utf8').match(/^SigCgt:\s*(\w+)/m)[1]) >> BigInt(constants.signals[signal] - 1) & 1n;
    await until(`it is ready for ${signal}`, caught, 20000);
    c.kill(signal);
    assert.deepEqual(await new Promise((r) => c.once('exit', (code, by) => r([code, by]))), [75, null], signal);
  }
  await until('piped', async () => (await everything(desk)).some((x) => x.subject === 'piped'));
  await desk.stop();
  r = await desk.run(['mail', 'deliver', '--rcpt', SUPPORT, '--from', 'p@pipe.example'], letter({ subject: 'piped while down', from: 'p@pipe.example' }));
  assert.equal(r.status, 0, r.stderr);
  await desk.start();
  await until('read after the start', async () => (await everything(desk)).some((x) => x.subject === 'piped while down'), 30000);
});
