// Who says who wrote, by a real opendkim and opendmarc in front of tend's LMTP door, with packaging/examples as their configuration: only their word counts, and
// only where they put it. And what tend sends, signed by opendkim, is what another site can verify.
import test from 'node:test';
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import DKIM from 'nodemailer/lib/dkim/index.js';
import { startDesk, folder } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';
import { filters, canFilter } from '../lib/milter.mjs';
import { letter, land, answered, show } from '../lib/mail.mjs';

const keys = () => generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs1', format: 'pem' } });
const sign = (raw, domain, key) => new Promise((resolve, reject) => {
  const parts = [], out = new DKIM({ domainName: domain, keySelector: 's1', privateKey: key }).sign(raw);
  out.on('data', (d) => parts.push(d));
  out.on('end', () => resolve(Buffer.concat(parts)));
  out.on('error', reject);
});

test('DKIM and DMARC as opendkim and opendmarc see them', { skip: !canFilter && 'opendkim, opendmarc and a network namespace are wanted' }, async (t) => {
  const dir = folder(t), ours = keys(), theirs = keys(), evil = keys(), keyFile = path.join(dir, 'tend.private');
  writeFileSync(keyFile, ours.privateKey, { mode: 0o600 });
  const txt = (k) => `v=DKIM1; k=rsa; p=${k.publicKey.toString('base64')}`;
  const site = await filters(t, { domain: 'desk.example', keyFile, names: {
    'tend._domainkey.desk.example': txt(ours), 's1._domainkey.northwind.example': txt(theirs), 's1._domainkey.evil.example': txt(evil),
    '_dmarc.northwind.example': 'v=DMARC1; p=reject; adkim=s; aspf=s', '_dmarc.evil.example': 'v=DMARC1; p=none', 'evil.example': 'v=spf1 ip4:203.0.113.9 -all', 'northwind.example': 'v=spf1 -all',
  } });
  const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '0' });
  const ines = 'ines@northwind.example', to = 'support@desk.example';
  const arrive = async (raw, from = ines) => land(desk, await site.pass(raw, { from, to }), { from });
  const results = (b) => b.toString('latin1').match(/^Authentication-Results: desk\.example[^]*?\r\n(?![ \t])/gm) ?? [];

  /* a signed mail: proved */
  const first = await sign(letter(), 'northwind.example', theirs.privateKey);
  const seen = await site.pass(first, { from: ines, to });
  assert.match(results(seen).join(), /dkim=pass[^]*header\.d=northwind\.example/, `${seen}\n${site.said()}`);
  assert.match(results(seen).join(), /dmarc=pass[^]*header\.from=northwind\.example/, `${seen}\n${site.said()}`);
  const { ticket, outcome } = await land(desk, seen, { from: ines });
  assert.equal(outcome, 'ticket');
  const reply = await answered(desk, sink, ticket);
  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  const say = (body, more = {}) => letter({ subject: `Re: Search is slow [#${ticket}]`, body, headers: { 'In-Reply-To': reply.id, ...more } });
  const good = await arrive(await sign(say('It is 5.3.\r\n'), 'northwind.example', theirs.privateKey));
  assert.deepEqual([good.ticket, good.outcome], [ticket, 'reply'], JSON.stringify(good));
  assert.equal((await show(desk, ticket)).status, 'open');

  /* forgeries: whoever has no key of the domain proves nothing, whatever she writes above or below */
  await desk.admin.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  const signed = (await sign(say('Changed on the way.\r\n'), 'northwind.example', theirs.privateKey)).toString('latin1');
  const own = 'Authentication-Results: desk.example; dkim=pass header.d=northwind.example; dmarc=pass header.from=northwind.example\r\n';
  for (const [what, raw] of [
    ['unsigned', say('A\r\n')],
    ['signed by another domain', await sign(say('B\r\n'), 'evil.example', evil.privateKey)],
    ['signed for the domain with a key of her own', await sign(say('C\r\n'), 'northwind.example', evil.privateKey)],
    ['a signature over other words', Buffer.from(signed.replace('Changed on the way', 'Send me the keys!!'), 'latin1')],
    ['our own words of proof brought along', Buffer.from(own + say('D\r\n').toString('latin1'), 'latin1')],
    ['the same in other letters', Buffer.from(own.replace('desk.example', 'DESK.Example') + say('E\r\n').toString('latin1'), 'latin1')],
    ["another site's words", Buffer.from(own.replace('desk.example', 'mx.evil.example') + say('F\r\n').toString('latin1'), 'latin1')],
  ]) {
    const through = await site.pass(raw, { from: 'eve@evil.example', to }), verdict = results(through).join();
    assert.doesNotMatch(verdict.split(/^Received/m)[0], /dmarc=pass[^;]*northwind/, `${what}: ${verdict}`);
    const r = await land(desk, through, { from: 'eve@evil.example' });
    assert.notEqual(r.outcome, 'reply', `${what}: ${JSON.stringify(r)}\n${through}`);
    assert.equal((await show(desk, ticket)).status, 'solved', what);
  }

  /* what leaves: signed by our MTA's filter, verified by another's */
  const out = await site.pass(reply.raw, { ip: '127.0.0.1', helo: 'localhost', from: reply.from, to: ines });
  assert.match(out.toString('latin1'), /^DKIM-Signature: v=1; a=rsa-sha256; [^]*d=desk\.example; s=tend;/m, site.said());
  const theirSide = await site.pass(Buffer.from(out.toString('latin1').replace(/^(Authentication-Results|DKIM-Filter):[^]*?\r\n(?![ \t])/gm, ''), 'latin1'), { from: reply.from, to: ines });
  assert.match(results(theirSide).join(), /dkim=pass[^]*header\.d=desk\.example/, theirSide.toString('latin1').slice(0, 3000));
});
