// Mails for tests, and waiting until one has landed.
import assert from 'node:assert/strict';
import { until } from './desk.mjs';

let serial = 0;
export const SUPPORT = 'support@desk.example';
/* The bytes of a mail. Headers given override the usual ones; null leaves one out; `first` stands above all. */
export function letter({ from = 'Ines Okafor <ines@northwind.example>', to = SUPPORT, subject = 'Search is slow', body = 'It takes minutes.\r\n', headers = {}, first = '' } = {}) {
  const h = { From: from, To: to, Subject: subject, Date: 'Tue, 24 Nov 2026 08:00:00 +0000', 'Message-ID': `<${++serial}.${process.pid}@northwind.example>`, ...headers };
  return Buffer.from(first + Object.entries(h).filter(([, v]) => v !== null).map(([k, v]) => `${k}: ${v}\r\n`).join('') + '\r\n' + body);
}
/* Delivers by LMTP and waits until it has landed: what mail.why says of it ({ id, state, outcome, reason, ticket, steps }). */
export async function land(desk, raw, { from = 'ines@northwind.example', to = [SUPPORT] } = {}) {
  const rows = [];
  for (const r of await desk.lmtp({ from, to, raw })) {
    const id = Number(r.match(/^250 .*inbound #(\d+)/)?.[1]);
    assert.ok(id, `not taken: ${r}`);
    rows.push(await until(`inbound ${id} lands`, async () => { const w = await desk.op('mail.why', { id }); return w.state !== 'new' && w; }, 30000));
  }
  return rows[0];
}
/* Replies as the admin and waits for the mail: the sink's entry with replyTo and id. */
export async function answered(desk, sink, ticket, body = 'Which version is it?') {
  const before = sink.mails.length;
  await desk.admin.do('ticket.reply', { ticket, body });
  const m = await sink.wait('the reply leaves', (x, i) => i >= before && x.mail.text?.includes(body));
  return { ...m, replyTo: m.mail.replyTo.value[0].address, id: m.mail.messageId };
}
export const show = (desk, ticket) => desk.op('ticket.show', { ticket });
export const messages = async (desk, ticket) => (await desk.op('ticket.messages', { ticket })).items;
export const everything = async (desk) => (await desk.op('ticket.list', { max: 100 })).items;
