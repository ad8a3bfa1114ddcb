// The nth call fails: memory, files, disk, sockets and threads, one call at a time, on the real program (the release build: TEND_BIN) with
// tests/tools/call_fault.c before it, while a page is shown, a ticket made and answered, a mail comes and another leaves, and the desk starts.
//
// What may come of it: all goes well all the same; a clear answer (503, 507, 500 with a sentence; 451; a connection that breaks); or, where a small piece of
// memory is missing, the house's own end (SIGABRT with the place that says so), which is as good as kill -9. What may not: another signal, an answer that
// blames who asked, a desk that hangs, something acknowledged and lost or there twice, something refused and there all the same, a log that disagrees.
//   FAULT_CALLS=8: so many calls of each kind in each step, spread over all it makes; FAULT_CALLS=all: every one. FAULT_ONLY=malloc,open: only these kinds.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync, openSync, writeSync, readSync, closeSync, existsSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { startDesk, folder, onPostgres, sleep, BIN, until } from '../lib/desk.mjs';
import { random } from '../lib/powercut.mjs';
import { letter, SUPPORT } from '../lib/mail.mjs';
import { smtpSink } from '../lib/sink.mjs';

const CALLS = process.env.FAULT_CALLS === 'all' ? Infinity : Number(process.env.FAULT_CALLS ?? 8);
const LIBRARY = process.env.CALL_FAULT_LIBRARY ?? path.resolve(path.dirname(BIN), '../tests/libcall_fault.so');
const sanitized = () => spawnSync('nm', ['-D', BIN], { encoding: 'utf8', maxBuffer: 64 << 20 }).stdout.includes('__asan_init');
const skip = onPostgres ? 'SQLite only' : !existsSync(LIBRARY) ? `${LIBRARY} is not built` : sanitized() ? 'AddressSanitizer has a malloc of its own: TEND_BIN=build-rel/src/tend' : false;
const ENOENT = 2, EIO = 5, EAGAIN = 11, ENOMEM = 12, EMFILE = 24, ENOSPC = 28, ECONNREFUSED = 111;
const KINDS = {
  malloc: { bits: 1, error: ENOMEM }, connect: { bits: 2, error: ECONNREFUSED }, open: { bits: 4, error: EMFILE }, write: { bits: 8, error: ENOSPC },
  sync: { bits: 16, error: EIO }, accept: { bits: 32, error: EMFILE }, thread: { bits: 64, error: EAGAIN }, read: { bits: 128, error: EIO },
};

class Control {
  constructor(file) { this.file = file; writeFileSync(file, Buffer.alloc(24)); this.fd = openSync(file, 'r+'); }
  set(kinds, pass, fail, error) { const b = Buffer.alloc(24); [kinds, pass, fail, error, 0, 0].forEach((v, i) => b.writeInt32LE(v, i * 4)); writeSync(this.fd, b, 0, 24, 0); }
  off() { const b = Buffer.alloc(24); readSync(this.fd, b, 0, 24, 0); this.set(0, 0, 0, 0); return { seen: b.readInt32LE(16), failed: b.readInt32LE(20) }; }
  close() { closeSync(this.fd); }
}

/* Which calls fail: the first ones, and others spread over the rest. */
function chosen(total, rng, calls) {
  if (total <= calls) return Array.from({ length: total }, (_, i) => i);
  const first = Math.min(3, calls), some = new Set(Array.from({ length: first }, (_, i) => i));
  for (let i = first; i < calls; i++) some.add(Math.floor(first + ((i - first + rng()) * (total - first)) / (calls - first)));
  return [...some].sort((a, b) => a - b);
}

test('the nth call of each kind fails in each step: a clear answer or a clean end, nothing lost, nothing half-done, and it goes on', { skip, timeout: 3600e3 }, async (t) => {
  const dir = folder(t, 'tend-nth'), control = new Control(path.join(dir, 'control')), sink = await smtpSink(t), rng = random(5);
  t.after(() => control.close());
  const desk = await startDesk(t, { smtp: sink.url });
  const old = await desk.admin.do('ticket.create', { subject: 'answered', body: 'x', email: 'ines@northwind.example' });
  await desk.stop();
  desk.opts.env = { LD_PRELOAD: LIBRARY, CALL_FAULT_CONTROL: control.file };
  await desk.start();
  const of = (a) => ({ good: a.status === 200, said: a.status, text: a.text, json: a.json });
  const steps = {
    page: async () => {
      const [list, one] = [await desk.http('GET', '/queue/unsolved', { cookie: desk.admin.cookie }), await desk.http('GET', `/tickets/${old.ticket}`, { cookie: desk.admin.cookie })];
      return of(list.status === 200 ? one : list);
    },
    create: async (name) => of(await desk.admin.api('ticket.create', { subject: name, body: 'words '.repeat(30), email: 'ines@northwind.example' })),
    reply: async (name) => of(await desk.admin.api('ticket.reply', { ticket: old.ticket, body: name })),
    form: async (name) => {
      const a = await desk.form(desk.admin, 'ticket.note', { ticket: old.ticket, body: name, _back: `/tickets/${old.ticket}`, _next: `/tickets/${old.ticket}` });
      return { ...of(a), good: a.status === 303 };
    },
    mail: async (name) => {
      const [r] = await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: letter({ subject: name }) });
      if (/^250/.test(r)) await sleep(60); /* the helper takes it apart meanwhile */
      return { good: /^250/.test(r), said: Number(r.slice(0, 3)), text: r, mail: true, broke: r === '' };
    },
    start: async () => {
      await desk.stop().catch(() => {});
      return { good: true, said: 0, text: '' };
    },
  };
  const count = { failed: 0, well: 0, said: 0, broke: 0, ended: 0 }, promised = [], refused = [], open = [], ends = new Map();

  /* After a failing call: is it there, and if not, did it end as the house ends? */
  async function look(name) {
    if (!desk.gone) await sleep(5);
    if (!desk.gone) {
      try { assert.equal((await desk.http('GET', '/healthz', { timeout: 10000 })).status, 200, name); return false; }
      catch (e) { await Promise.race([desk.exited, sleep(5000)]); if (!desk.gone) throw e; }
    }
    const log = desk.log(), { code, signal } = await desk.exited;
    const why = log.match(/.*this can't be.*|.*(?:out of memory|Out of memory|failed to allocate).*/g)?.at(-1);
    assert.ok((signal === 'SIGABRT' && why) || (code > 0 && code < 128), `${name}: ended by ${signal ?? code}:\n${log.slice(-3000)}`);
    count.ended++;
    const place = why?.match(/(\w+\.c:\d+)/)?.[1] ?? `exit ${code}`;
    ends.set(place, (ends.get(place) ?? 0) + 1);
    truncateSync(desk.errFile, 0);
    await desk.start();
    return true;
  }

  async function once(kind, step, n) {
    const name = `${kind} ${step} ${n}`, { bits, error } = KINDS[kind];
    let a;
    control.set(bits, n, 1, error);
    try { a = await steps[step](name); } catch (e) { a = { good: false, broke: true, text: String(e) }; }
    if (step === 'start') {
      /* whatever fails while it starts: it starts, or says why not and ends; the next start has the desk as it was */
      try { await desk.start(); } catch (e) {
        const { seen, failed } = control.off(), gone = desk.gone;
        assert.ok(gone, `${name}: neither started nor ended: ${e.message}`);
        assert.ok(gone.signal === 'SIGABRT' ? /this can't be|memory/.test(desk.log()) : gone.code > 0 && gone.code < 128, `${name}: ended by ${JSON.stringify(gone)}:\n${desk.log().slice(-2000)}`);
        assert.ok(desk.log().trim().length > 20, `${name}: ended without a word`);
        count.ended++;
        count.failed += failed;
        truncateSync(desk.errFile, 0);
        await desk.start();
        return { seen, failed };
      }
      a = { good: true };
    }
    const { seen, failed } = control.off();
    count.failed += failed;
    /* work in the background may have met the failing call of the step before, and ended the process only now */
    const late = failed || a.broke ? await look(name) : false;
    const key = step === 'page' || step === 'start' ? null : [step, name];
    if (a.good) { if (key) promised.push(key); count.well += failed; }
    else if (a.broke) { if (key) open.push(key); count.broke++; assert.ok(failed || late, `${name}: broke off though nothing failed: ${a.text}`); }
    else {
      if (key) refused.push(key);
      count.said++;
      assert.ok(failed, `${name}: refused though nothing failed: ${a.said} ${a.text}`);
      if (a.mail) assert.match(a.text, /^4\d\d /, `${name}: ${a.text}`);
      else assert.ok([500, 503, 507].includes(a.said), `${name}: ${a.said} ${a.text}`);
      if (a.json?.detail) assert.match(a.json.detail, /\w.*\.$/, `${name}: ${a.text}`);
    }
    return { seen, failed };
  }

  for (const kind of Object.keys(KINDS)) {
    if (process.env.FAULT_ONLY && !process.env.FAULT_ONLY.split(',').includes(kind)) continue;
    for (const step of Object.keys(steps)) {
      if (kind === 'thread' && step !== 'start') continue;
      await once(kind, step, 0x7fffffff);             /* warm, and how many calls are there? */
      const { seen } = await once(kind, step, 0x7ffffffe);
      for (const n of chosen(seen, rng, kind === 'malloc' && step === 'mail' ? CALLS * 4 : CALLS)) await once(kind, step, n);
    }
  }
  assert.ok(count.failed > 10, JSON.stringify(count));
  /* what was put off is tried again when its time has come */
  desk.clock(3600e6);
  await desk.stop().catch(() => {});
  desk.opts.env = {};
  truncateSync(desk.errFile, 0);
  await desk.start();
  await until('all mail is read', async () => (await desk.op('mail.inbox', { state: 'new', max: 1 })).items.length === 0, 60000);
  for (const row of (await desk.op('mail.inbox', { state: 'parked', max: 100 })).items) await desk.op('mail.retry', { id: row.id });
  await until('what was parked is read', async () => (await desk.op('mail.inbox', { state: 'new', max: 1 })).items.length === 0, 60000);
  assert.deepEqual((await desk.op('mail.inbox', { state: 'parked', max: 100 })).items, []);
  const texts = desk.tend(['export', '-']).stdout, times = (s) => texts.split(JSON.stringify(s)).length - 1;
  for (const [step, name] of promised) assert.ok(step === 'mail' ? times(name) >= 1 : times(name) === 1, `${name} was promised and is there ${times(name)} times`);
  for (const [step, name] of refused) assert.ok(step === 'mail' ? times(name) <= 1 : times(name) === 0, `${name} was refused and is there ${times(name)} times`);
  for (const [, name] of open) assert.ok(times(name) <= 1, `${name} has no answer and is there ${times(name)} times`);
  /* every reply that was promised leaves, once */
  const replies = promised.filter(([step]) => step === 'reply').map(([, name]) => name);
  await until('the replies leave', () => replies.every((name) => sink.mails.some((m) => m.mail.text?.includes(name))), 60000);
  t.diagnostic(`${count.failed} calls failed: ${count.well} times all went well, ${count.said} answers said so, ${count.broke} connections broke, ${count.ended} times it ended and was started again` +
    ` (${[...ends].sort((a, b) => b[1] - a[1]).map(([k, v]) => `${k} ${v}`).join(', ')})`);
});
