// kill -9 at random moments while mail streams in through a real exim4 and cases come by the API: everything acknowledged is there, once.
//   KILL_FULL=1: 1,000 mails and 20 kills (the figure of docs/figures.md); otherwise 150 and 5.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, until, freePort, sleep, Line } from '../lib/desk.mjs';
import { exim } from '../lib/mta.mjs';

const MAILS = process.env.KILL_FULL ? 1000 : 150, KILLS = process.env.KILL_FULL ? 20 : 5;

/* Many mails over one SMTP connection; each is acknowledged by exim before the next. */
async function submit(port, from, n, done) {
  const l = new Line({ host: '127.0.0.1', port });
  await l.reply();
  await l.say('EHLO test.example');
  for (let i = from; i < from + n; i++) {
    await l.say(`MAIL FROM:<c${i}@customer.example>`);
    await l.say('RCPT TO:<support@desk.example>');
    assert.match(await l.say('DATA'), /^354/);
    l.write(`From: C${i} <c${i}@customer.example>\r\nTo: support@desk.example\r\nSubject: mail ${i}\r\nMessage-ID: <m${i}@customer.example>\r\n\r\nWords of mail number ${i}.\r\n.\r\n`);
    assert.match(await l.reply(), /^250/);
    done();
  }
  l.end();
}

test(`${MAILS} mails through exim while tend is killed ${KILLS} times: all there, none twice`, async (t) => {
  const lmtpPort = await freePort(), mx = await exim(t, { 'desk.example': lmtpPort });
  const desk = await startDesk(t, { lmtpPort, smtp: 'smtp://127.0.0.1:9' });
  await desk.op('setting.set', { key: 'mail.auto_per_hour', value: '0' });
  const began = Date.now(), restarts = [], api = new Map();
  let taken = 0, stop = false, lost = 0;
  const feeding = Promise.all([0, 1].map((k) => submit(mx.port, k * (MAILS / 2), MAILS / 2, () => { taken++; })));
  /* and a client that writes by the API all the while; only what was acknowledged counts */
  const writing = (async () => {
    for (let i = 0; !stop; i++) {
      const key = `api-${i}`;
      for (;;) {
        try {
          const a = await desk.admin.api('ticket.create', { subject: `api ${i}`, body: 'x' }, { headers: { 'Idempotency-Key': key }, timeout: 5000 });
          if (a.status === 200) { api.set(i, a.json.ticket); break; }
        } catch { lost++; }
        if (stop) break;
        await sleep(30);
      }
      await sleep(20);
    }
  })();
  for (let k = 0; k < KILLS; k++) {
    await sleep(150 + Math.random() * 900);
    await desk.kill();
    const at = Date.now();
    await desk.start();
    restarts.push(Date.now() - at);
  }
  await feeding;
  stop = true;
  await writing;
  assert.equal(taken, MAILS);
  await until('the queue of exim is empty', () => mx.waiting() === 0, 240000).catch(() => assert.fail(`${mx.waiting()} still wait:\n${mx.log().slice(-3000)}`));
  /* a job whose process died is claimed again when its lease ends: let the clock of the desk pass it */
  await sleep(500);
  desk.clock(20 * 60e6);
  await desk.restart();
  const inbox = async (state) => { const n = []; let after; do { const p = await desk.op('mail.inbox', { ...(state ? { state } : {}), max: 200, ...(after ? { after } : {}) }); n.push(...p.items); after = p.next; } while (after); return n; };
  await until('everything is read', async () => (await inbox('new')).length === 0, 120000);
  const rows = await inbox();
  const tickets = [];
  let after;
  do { const p = await desk.op('ticket.list', { view: 'all', max: 200, ...(after ? { after } : {}) }); tickets.push(...p.items); after = p.next; } while (after);
  const mails = new Map();
  for (const x of tickets.filter((x) => x.subject.startsWith('mail '))) mails.set(x.subject, (mails.get(x.subject) ?? 0) + 1);
  assert.deepEqual([...mails].filter(([, n]) => n !== 1), [], 'none twice');
  assert.equal(mails.size, MAILS, 'none lost');
  assert.equal(rows.length, MAILS, 'one row of the inbox each');
  for (const x of tickets.filter((x) => x.subject.startsWith('mail '))) assert.equal(x.messages, 1, x.subject);
  const byApi = tickets.filter((x) => x.subject.startsWith('api '));
  assert.equal(new Set(byApi.map((x) => x.subject)).size, byApi.length, 'none twice by the API');
  for (const [i, id] of api) assert.ok(byApi.some((x) => x.ticket === id && x.subject === `api ${i}`), `api ${i} was acknowledged`);
  restarts.sort((a, b) => a - b);
  t.diagnostic(`${MAILS} mails, ${api.size} tickets by the API (${lost} broken connections), ${KILLS} kills in ${((Date.now() - began) / 1000).toFixed(1)} s; restart to ready median ${restarts[restarts.length >> 1]} ms, worst ${restarts.at(-1)} ms`);
});
