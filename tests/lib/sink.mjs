// An SMTP server for tests that keeps what it is given: const sink = await smtpSink(t); sink.mails: [{ from, to, raw, mail }] with `mail` read by
// npm mailparser, a parser that is not ours. sink.mode: "ok"; "4xx" and "5xx" refuse at the end of DATA; "rcpt5xx" refuses the recipient;
// "cut" takes the whole message, keeps it, and breaks off without a word; "cutdata" breaks off in the middle; "busy" answers 421 at once.
import net from 'node:net';
import { simpleParser } from 'mailparser';
import { defer, until } from './desk.mjs';

export async function smtpSink(t) {
  const sink = { mails: [], mode: 'ok', sessions: 0, open: new Set() };
  const server = net.createServer((s) => {
    sink.sessions++;
    sink.open.add(s);
    s.on('close', () => sink.open.delete(s));
    s.on('error', () => {});
    let buf = Buffer.alloc(0), data = false, env = { to: [] };
    const say = (line) => s.write(line + '\r\n');
    if (sink.mode === 'busy') { say('421 come back later'); return s.end(); }
    say('220 sink.example ESMTP');
    s.on('data', async (d) => {
      buf = Buffer.concat([buf, d]);
      for (;;) {
        if (data) {
          const at = buf.indexOf('\r\n.\r\n');
          if (sink.mode === 'cutdata' && buf.length > 20) return s.destroy();
          if (at < 0) return;
          const raw = Buffer.from(buf.subarray(0, at + 2).toString('latin1').replace(/^\.\./gm, '.'), 'latin1');
          buf = buf.subarray(at + 5);
          data = false;
          const e = env;
          env = { to: [] };
          if (sink.mode === '4xx') { say('451 4.3.0 not now'); continue; }
          if (sink.mode === '5xx') { say('554 5.7.1 never'); continue; }
          const cut = sink.mode === 'cut';
          sink.mails.push({ from: e.from, to: e.to, raw, mail: await simpleParser(raw) });
          if (cut) return s.destroy();
          say('250 2.0.0 taken');
          continue;
        }
        const at = buf.indexOf('\r\n');
        if (at < 0) return;
        const line = buf.subarray(0, at).toString('latin1');
        buf = buf.subarray(at + 2);
        if (/^(EHLO|HELO)/i.test(line)) s.write('250-sink.example\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n');
        else if (/^MAIL FROM:/i.test(line)) { env = { from: line.match(/<([^>]*)>/)?.[1], to: [] }; say('250 ok'); }
        else if (/^RCPT TO:/i.test(line)) {
          if (sink.mode === 'rcpt5xx') { say('550 5.1.1 no such person'); continue; }
          env.to.push(line.match(/<([^>]*)>/)?.[1]);
          say('250 ok');
        } else if (/^DATA/i.test(line)) { data = true; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); s.end(); }
        else if (/^(RSET|NOOP)/i.test(line)) say('250 ok');
        else say('502 no');
      }
    });
  });
  await new Promise((r) => server.listen(0, '127.0.0.1', r));
  sink.port = server.address().port;
  sink.url = `smtp://127.0.0.1:${sink.port}`;
  defer(t, () => { for (const s of sink.open) s.destroy(); server.close(); });
  /* The n-th mail (from 0) that fits, waiting for it. */
  sink.wait = (what, fits, ms) => until(what, () => sink.mails.find(fits), ms);
  return sink;
}
