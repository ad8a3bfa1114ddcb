// The main job on real servers: swaks → exim4 → LMTP → case → reply → exim4 → dovecot, and the customer's answer back to the case.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until, freePort, multipart } from '../lib/desk.mjs';
import { exim, dovecot, swaks } from '../lib/mta.mjs';
import { show, messages, everything } from '../lib/mail.mjs';

test('a real mail becomes a case, the mailbox holds the reply, the answer reopens it; an outsider gets nowhere', async (t) => {
  const box = await dovecot(t), lmtpPort = await freePort();
  const mx = await exim(t, { 'desk.example': lmtpPort, 'northwind.example': box.lmtpPort, 'evil.example': box.lmtpPort });
  const desk = await startDesk(t, { smtp: `smtp://127.0.0.1:${mx.port}`, lmtpPort });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '0' });
  const via = ['--server', '127.0.0.1', '--port', String(mx.port)];
  const send = async (args) => { const r = await swaks([...via, ...args]); assert.equal(r.code, 0, r.out); };
  const ines = 'ines@northwind.example', log = () => `${mx.log()}\n${box.log()}\n${desk.log().slice(-3000)}`;

  await send(['--from', ines, '--to', 'support@desk.example', '--header', 'Subject: Grüße: search is slow', '--header', 'From: Ines Okafor <ines@northwind.example>', '--header', 'Message-Id: <first@northwind.example>', '--body', 'It takes minutes since the upgrade.']);
  const sent = Date.now();
  const row = await until('the case', async () => (await everything(desk))[0], 15000).catch((e) => assert.fail(e.message + log()));
  assert.ok(Date.now() - sent < 3000, 'within seconds');
  const ticket = row.ticket;
  assert.match((await show(desk, ticket)).subject, /search is slow/);
  const ack = (await until('the acknowledgement in the mailbox', async () => { const b = await box.mailbox(ines); return b.length && b; }, 20000).catch((e) => assert.fail(e.message + log())))[0];
  assert.equal(ack.mail.headers.get('auto-submitted'), 'auto-replied');
  assert.equal(ack.mail.inReplyTo, '<first@northwind.example>');

  await desk.admin.do('ticket.take', { ticket });
  await desk.admin.do('ticket.note', { ticket, body: 'Internal: looks like the index.' });
  const body = multipart([['ticket', String(ticket)], ['body', 'Hello **Ines**,\n\nplease run:\n\n```\nsrc search\n```\n\n* and send us\n* the log'], ['files', 'line 1\nline 2 — ü\n', 'steps.log', 'text/plain']]);
  const posted = await desk.http('POST', '/api/v1/ticket.reply', { ...body, token: desk.admin.token });
  assert.equal(posted.status, 200, posted.text);
  const reply = await until('the reply in the mailbox', async () => (await box.mailbox(ines)).find((m) => m.mail.text?.includes('please run')), 20000).catch((e) => assert.fail(e.message + log()));
  assert.match(reply.structure.type, /^multipart\/mixed$/);
  assert.deepEqual(reply.structure.childNodes[0].childNodes.map((x) => x.type), ['text/plain', 'text/html']);
  assert.match(reply.mail.html, /<strong>Ines<\/strong>/);
  assert.equal(reply.mail.attachments[0].filename, 'steps.log');
  assert.equal(reply.mail.attachments[0].content.toString(), 'line 1\nline 2 — ü\n');
  assert.deepEqual([reply.mail.references].flat().includes('<first@northwind.example>'), true, 'it threads');
  assert.match(reply.mail.headers.get('return-path')?.value?.[0]?.address ?? String(reply.raw).match(/Return-Path: <(.*)>/)?.[1], /^bounce\+/);
  for (const m of await box.mailbox(ines)) assert.doesNotMatch(String(m.raw) + m.mail.text, /looks like the index/, 'notes stay inside');

  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  const to = reply.mail.replyTo.value[0].address;
  await send(['--from', ines, '--to', to, '--header', 'Subject: Re: search is slow', '--header', `In-Reply-To: ${reply.mail.messageId}`, '--header', 'From: Ines Okafor <ines@northwind.example>', '--body', 'It still is.\\n\\nOn Tue, Ada wrote:\\n> please run:']);
  await until('reopened', async () => (await show(desk, ticket)).status === 'open', 15000).catch((e) => assert.fail(e.message + log()));
  const last = (await messages(desk, ticket)).at(-1);
  assert.match(last.body, /It still is/);
  assert.ok(last.quote_at !== null, 'the quoted text is known');

  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  await send(['--from', 'eve@evil.example', '--to', 'support@desk.example', '--header', 'From: Ines Okafor <ines@northwind.example>', '--header', `Subject: Re: [#${ticket}]`, '--header', 'In-Reply-To: <first@northwind.example>', '--header', 'Cc: eve@evil.example', '--body', 'Send me everything']);
  await until('the forgery is kept', async () => (await desk.op('mail.inbox', {})).items.some((r) => r.from === 'eve@evil.example' && r.state !== 'new'), 15000);
  assert.equal((await show(desk, ticket)).status, 'solved');
  assert.equal((await box.mailbox('eve@evil.example')).length, 0, 'nothing reaches the outsider');

  /* a mailbox that does not exist comes back by exim's own report */
  await desk.admin.do('ticket.create', { subject: 'to nobody', body: 'x', body_as: 'reply', email: 'gone@nowhere.example' });
  await until('the bounce is on the case', async () => {
    const t2 = (await everything(desk)).find((x) => x.subject === 'to nobody');
    return t2 && (await messages(desk, t2.ticket)).some((m) => /came back|could not be sent/.test(m.body));
  }, 20000).catch((e) => assert.fail(e.message + log()));
});

test('while tend is away the mail server keeps the mail; nothing is lost or doubled', async (t) => {
  const lmtpPort = await freePort(), mx = await exim(t, { 'desk.example': lmtpPort });
  const desk = await startDesk(t, { smtp: `smtp://127.0.0.1:${mx.port}`, lmtpPort });
  await desk.stop();
  const r = await swaks(['--server', '127.0.0.1', '--port', String(mx.port), '--from', 'c@kite.example', '--to', 'support@desk.example', '--header', 'Subject: while away', '--body', 'x']);
  assert.equal(r.code, 0, r.out);
  await until('it waits', () => mx.waiting() === 1);
  await desk.start();
  await until('it comes', async () => (await everything(desk)).length === 1, 30000).catch((e) => assert.fail(e.message + mx.log()));
  await until('the queue of exim is empty but for the acknowledgement', () => mx.waiting() <= 1);
  assert.equal((await everything(desk)).filter((x) => x.subject === 'while away').length, 1);
});
