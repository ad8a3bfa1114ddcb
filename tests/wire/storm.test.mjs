// Crowds: many sign-ins at once, many connections that dawdle. Others are served meanwhile, and memory stays where it is.
//   STORM=200 sign-ins and DAWDLERS=1000 connections (the figures of docs/security.md), otherwise 60 and 200
import test from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { startDesk, until, sleep, request } from '../lib/desk.mjs';

const STORM = Number(process.env.STORM ?? 60), DAWDLERS = Number(process.env.DAWDLERS ?? 200);
const mib = (desk, what) => Number(readFileSync(`/proc/${desk.child.pid}/status`, 'utf8').match(new RegExp(`${what}:\\s+(\\d+)`))[1]) / 1024;
/* Reads a page again and again until told to stop: the times, in ms. */
function reader(desk, target, opts) {
  const times = [];
  let stop = false;
  const done = (async () => { while (!stop) { const at = performance.now(); const a = await desk.http('GET', target, opts); assert.equal(a.status, 200, a.text.slice(0, 200)); times.push(performance.now() - at); await sleep(20); } })();
  return { async end() { stop = true; await done; times.sort((a, b) => a - b); return times; } };
}
const text = (times) => `${times.length} pages meanwhile, median ${times[times.length >> 1].toFixed(0)} ms, worst ${times.at(-1).toFixed(0)} ms`;

test(`${STORM} sign-ins at once: each is told something, the others are served, memory is bounded`, async (t) => {
  const desk = await startDesk(t, { flags: ['--trusted-proxies', '127.0.0.1'] }), ann = await desk.person('ann@desk.example');
  const page = await desk.http('GET', '/sign-in'), csrf = page.text.match(/name="_csrf" value="([^"]+)"/)[1], cookie = '';
  const before = mib(desk, 'VmRSS'), reading = reader(desk, '/queue/unsolved', { cookie: ann.cookie });
  /* each from a network of its own, to an account of its own: the brakes do not help */
  const answers = await Promise.all(Array.from({ length: STORM }, (_, i) => request(desk.where, 'POST', '/sign-in', {
    form: { _csrf: csrf, email: `nobody${i}@desk.example`, password: `a wrong password ${i}` }, cookie, timeout: 120000,
    headers: { 'X-Forwarded-For': `2001:db8:${i.toString(16)}::1` } })));
  const times = await reading.end(), by = {};
  for (const a of answers) by[a.status] = (by[a.status] ?? 0) + 1;
  assert.equal((by[401] ?? 0) + (by[503] ?? 0), STORM, JSON.stringify(by));
  assert.ok(by[401] > 0 && by[503] > 0, `some are tried, the rest are asked to come again: ${JSON.stringify(by)}`);
  for (const a of answers.filter((a) => a.status === 503)) assert.match(a.headers['retry-after'] ?? '', /^\d+$/);
  assert.ok(times.length > 1 && times.at(-1) < 10000, text(times));
  const rose = mib(desk, 'VmHWM') - before;
  if (!process.env.TEND_BIN?.includes('/build/')) assert.ok(rose < 64 * 2 + 40, `memory rose by ${rose.toFixed(0)} MiB`); /* 64 MiB for each hash that runs: the sanitizers count otherwise */
  t.diagnostic(`answers ${JSON.stringify(by)}; ${text(times)}; memory rose by ${rose.toFixed(0)} MiB at most`);
});

test(`${DAWDLERS} connections that send their heads byte by byte, or bodies, or read nothing: the others are served`, async (t) => {
  const desk = await startDesk(t), before = mib(desk, 'VmRSS'), sockets = [];
  t.after(() => { for (const s of sockets) s.destroy(); });
  const reading = reader(desk, '/queue/unsolved', { cookie: (await desk.session(desk.admin.id)).cookie });
  for (let i = 0; i < DAWDLERS; i++) {
    const s = net.connect(desk.where);
    s.on('error', () => {});
    sockets.push(s);
    if (i % 3 === 0) s.write('GET / HTTP/1.1\r\nHost: x\r\nX-A: ');
    else if (i % 3 === 1) s.write(`POST /api/v1/ticket.create HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${desk.admin.token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`);
    else { s.pause(); s.write('GET /static/nothing HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20)); }
  }
  for (let round = 0; round < 20; round++) {
    for (const [i, s] of sockets.entries()) if (i % 3 < 2 && !s.destroyed) s.write('a');
    await sleep(100);
  }
  const times = await reading.end(), rose = mib(desk, 'VmRSS') - before;
  assert.ok(times.length > 5 && times.at(-1) < 5000, text(times));
  await until('a ticket is made beside them', async () => (await desk.admin.api('ticket.create', { subject: 'beside', body: 'x' })).status === 200);
  if (!process.env.TEND_BIN?.includes('/build/')) assert.ok(rose < 10 + DAWDLERS * 0.1, `memory rose by ${rose.toFixed(1)} MiB`);
  t.diagnostic(`${text(times)}; memory rose by ${rose.toFixed(1)} MiB`);
});
