// The power goes, the disk fails: on the real program, with tests/tools/disk_fault.c between it and its folder. SQLite and the blobs; PostgreSQL's own
// disk is PostgreSQL's.
//   POWERCUT_IMAGES=200: so many crash images (the figure of docs/figures.md), otherwise 12; SWEEP=60: so many calls fail in turn, otherwise 10
import test from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, writeFileSync, openSync, writeSync, readSync, closeSync, existsSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { startDesk, folder, multipart, onPostgres, ownPostgres, sleep, BIN, until } from '../lib/desk.mjs';
import { DiskLog, random } from '../lib/powercut.mjs';
import { letter, SUPPORT } from '../lib/mail.mjs';

const IMAGES = Number(process.env.POWERCUT_IMAGES ?? 12), SWEEP = Number(process.env.SWEEP ?? 10);
const LIBRARY = process.env.DISK_FAULT_LIBRARY ?? path.resolve(path.dirname(BIN), '../tests/libdisk_fault.so');
const skip = onPostgres ? 'SQLite only' : existsSync(LIBRARY) ? false : `${LIBRARY} is not built`;
const preload = (more) => ({ LD_PRELOAD: LIBRARY, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? 'detect_leaks=1'}:verify_asan_link_order=0`, ...more });

/* A desk that was made and stopped, then started again with the library before it. */
async function watched(t, env) {
  const desk = await startDesk(t);
  await desk.stop();
  Object.assign(desk.opts, { env: preload({ DISK_FAULT_ROOT: desk.data, ...env }) });
  return desk;
}
/* Tickets by several clients at once; every fifth with a file, every seventh gets a reply. → what was promised: Map(ticket → { subject, file }) */
async function work(desk, clients, each, promised, replies) {
  const rng = random(7);
  await Promise.all(Array.from({ length: clients }, async (_, k) => {
    for (let i = 0; i < each; i++) {
      const subject = `cut ${k} ${i}`, file = i % 5 === 0 ? Buffer.from(Array.from({ length: 3000 + Math.floor(rng() * 30000) }, () => rng() * 256)) : null;
      const a = file ? await desk.http('POST', '/api/v1/ticket.create', { ...withToken(desk, multipart([['subject', subject], ['body', 'words'], ['email', `c${k}@kite.example`], ['files', file, 'a.log']])) })
        : await desk.admin.api('ticket.create', { subject, body: 'words '.repeat(1 + i % 40), email: `c${k}@kite.example` });
      assert.equal(a.status, 200, a.text);
      promised.set(a.json.ticket, { subject, file: file && createHash('sha256').update(file).digest('hex') });
      if (i % 7 === 3) {
        const r = await desk.admin.api('ticket.reply', { ticket: a.json.ticket, body: `answer ${k} ${i}` });
        assert.equal(r.status, 200, r.text);
        replies.set(r.json.event, { ticket: a.json.ticket, text: `answer ${k} ${i}` });
      }
    }
  }));
}
const withToken = (desk, m) => ({ ...m, headers: { ...m.headers, Authorization: `Bearer ${desk.admin.token}` } });

test(`the power goes at ${IMAGES} moments: the desk opens, is whole, has all that was promised, once`, { skip }, async (t) => {
  const dir = folder(t, 'tend-cut'), log = path.join(dir, 'log'), base = path.join(dir, 'base'), image = path.join(dir, 'image');
  const desk = await watched(t, { DISK_FAULT_LOG: log });
  cpSync(desk.data, base, { recursive: true, filter: (f) => !f.endsWith('.sock') });
  await desk.start();
  const promised = new Map(), replies = new Map();
  await work(desk, 6, IMAGES > 50 ? 60 : 20, promised, replies);
  await desk.stop();
  desk.opts.env = {};
  const disk = new DiskLog(log, desk.data), told = [];
  for (const { at, text } of disk.acks) {
    const ticket = Number(text.match(/^HTTP\/1.1 200[^]*"ticket":(\d+)/)?.[1]), event = Number(text.match(/"event":(\d+)/)?.[1]);
    if (ticket && (promised.has(ticket) || replies.has(event))) told.push({ at, ticket, event });
  }
  assert.ok(told.length >= promised.size, `${told.length} answers of ${promised.size} in the record`);
  const rng = random(Number(process.env.POWERCUT_SEED ?? 1)), first = told[0].at, moments = [];
  /* half of the moments right after a promise, where a lie would show */
  for (let i = 0; i < IMAGES; i++) moments.push(i % 2 ? told[Math.floor(rng() * told.length)].at + 1 : first + Math.floor(rng() * (disk.ops.length - first)));
  moments.sort((a, b) => a - b);
  let most = 0, lost = 0;
  for (const [i, at] of moments.entries()) {
    disk.image(at, base, image, i % 4 === 0 ? 'none' : i % 4 === 1 ? 'all' : rng);
    const what = `image ${i} after operation ${at} of ${disk.ops.length}`;
    const tend = (...args) => spawnSync(BIN, [...args, '--data', image], { encoding: 'utf8', maxBuffer: 256 << 20 });
    const list = tend('ticket', 'list', '--view', 'all', '--max', '1', '--json');
    assert.equal(list.status, 0, `${what}: it does not open: ${list.stderr}`);
    const verify = tend('verify');
    assert.equal(verify.status, 0, `${what}: ${verify.stdout}${verify.stderr}`);
    const lines = tend('export', '-', '--files', path.join(dir, 'files'));
    assert.equal(lines.status, 0, `${what}: ${lines.stderr}`);
    const subjects = new Map(), texts = lines.stdout;
    for (const l of texts.split('\n').filter((x) => x.includes('"cut '))) { const s = l.match(/"cut \d+ \d+"/)?.[0]; if (s && /"type":"(case|ticket)"/.test(l)) subjects.set(s, (subjects.get(s) ?? 0) + 1); }
    const due = told.filter((x) => x.at < at);
    for (const x of due) {
      const p = promised.get(x.ticket);
      if (subjects.get(`"${p.subject}"`) !== 1) { lost++; assert.fail(`${what}: ${p.subject} was promised and is there ${subjects.get(`"${p.subject}"`) ?? 0} times`); }
      if (p.file) assert.ok(texts.includes(p.file) && existsSync(path.join(image, 'blobs', p.file.slice(0, 2), p.file)), `${what}: the file of ${p.subject}`);
      if (replies.has(x.event)) assert.ok(texts.includes(`"${replies.get(x.event).text}"`), `${what}: ${replies.get(x.event).text}`);
    }
    for (const [s, n] of subjects) assert.equal(n, 1, `${what}: ${s} twice`);
    most = Math.max(most, due.length);
  }
  t.diagnostic(`${disk.ops.length} operations recorded, ${IMAGES} images, up to ${most} promises in one, ${lost} lost`);
});

/* The control of disk_fault.c: six 32-bit numbers. */
class Control {
  constructor(file) { writeFileSync(file, Buffer.alloc(24)); this.fd = openSync(file, 'r+'); }
  set(kinds, pass, fail, error) { const b = Buffer.alloc(24); [kinds, pass, fail, error, 0, 0].forEach((v, i) => b.writeInt32LE(v, i * 4)); writeSync(this.fd, b, 0, 24, 0); }
  get() { const b = Buffer.alloc(24); readSync(this.fd, b, 0, 24, 0); return { seen: b.readInt32LE(16), failed: b.readInt32LE(20) }; }
  off() { const r = this.get(); this.set(0, 0, 0, 0); return r; }
  close() { closeSync(this.fd); }
}
const WRITE = 1, SYNC = 2, CREATE = 4, RENAME = 8, TRUNCATE = 16, EIO = 5, ENOSPC = 28;

test(`the ${SWEEP} first calls of each kind fail in turn, while a ticket is made, answered, and a mail comes: a clear answer, nothing half-done, and it goes on`, { skip }, async (t) => {
  const dir = folder(t, 'tend-sweep'), control = new Control(path.join(dir, 'control'));
  t.after(() => control.close());
  const desk = await watched(t, { DISK_FAULT_CONTROL: path.join(dir, 'control') });
  await desk.start();
  const old = await desk.admin.do('ticket.create', { subject: 'answered', body: 'x', email: 'ines@northwind.example' });
  const steps = {
    async create(name) {
      const m = withToken(desk, multipart([['subject', name], ['body', 'words'], ['email', 'ines@northwind.example'], ['files', Buffer.from(name.repeat(500)), 'a.log']]));
      const a = await desk.http('POST', '/api/v1/ticket.create', { ...m, timeout: 30000 });
      return { good: a.status === 200, said: a.status, text: a.text, json: a.json };
    },
    async reply(name) {
      const a = await desk.admin.api('ticket.reply', { ticket: old.ticket, body: name });
      return { good: a.status === 200, said: a.status, text: a.text, json: a.json };
    },
    async mail(name) {
      const [r] = await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: letter({ subject: name }) });
      return { good: /^250/.test(r), said: Number(r.slice(0, 3)), text: r };
    },
  };
  const count = { failed: 0, refused: 0, served: 0 }, promised = [], refused = [];
  for (const [kind, bits] of Object.entries({ write: WRITE, sync: SYNC, create: CREATE, rename: RENAME, truncate: TRUNCATE })) {
    for (const error of [EIO, ENOSPC]) {
      for (const [step, run] of Object.entries(steps)) {
        for (let n = 0; n < SWEEP; n++) {
          const name = `${kind} ${error} ${step} ${n}`;
          control.set(bits, n, 1, error);
          const a = await run(name), { failed } = control.off();
          count.failed += failed;
          if (a.good) { promised.push([step, name]); count.served++; }
          else {
            refused.push([step, name]);
            count.refused++;
            assert.equal(failed, 1, `${name}: refused though nothing failed: ${a.said} ${a.text}`);
            if (step === 'mail') assert.match(a.text, /^4\d\d /, `${name}: ${a.text}`);
            else {
              assert.ok([500, 503, 507].includes(a.said), `${name}: ${a.said} ${a.text}`);
              assert.match(a.json.detail, /\w.*\.$/, `${name}: ${a.text}`);
              if (error === ENOSPC) assert.equal(a.said, 507, `${name}: ${a.text}`);
            }
          }
          assert.equal((await desk.http('GET', '/healthz')).status, 200, name);
          if (!failed) break; /* the step makes fewer calls than n: there is no more to fail */
        }
        /* and at once it works again, without help */
        const again = await run(`after ${kind} ${error} ${step}`);
        assert.ok(again.good, `after ${kind} ${error} ${step}: ${again.said} ${again.text}`);
      }
    }
  }
  assert.ok(count.failed > SWEEP && count.refused > 0, JSON.stringify(count));
  /* a job that met a failing call is tried again a minute later: let the clock of the desk pass it */
  desk.clock(20 * 60e6);
  desk.opts.env = {};
  await desk.restart();
  await until('all mail is read', async () => (await desk.op('mail.inbox', { state: 'new', max: 1 })).items.length === 0, 60000);
  const out = desk.tend(['export', '-']).stdout, times = (s) => out.split(JSON.stringify(s)).length - 1;
  for (const [step, name] of promised) assert.ok(step === 'mail' ? times(name) >= 1 : times(name) === 1, `${name} was promised and is there ${times(name)} times`);
  for (const [step, name] of refused) assert.ok(times(name) <= 1, `${name} was refused and is there ${times(name)} times`);
  const half = refused.filter(([step, name]) => step !== 'mail' && times(name) > 0);
  assert.deepEqual(half, [], 'what was refused is not there');
  t.diagnostic(`${count.failed} calls failed: ${count.refused} answers said so, ${count.served} requests went well all the same or before it`);
});

test('PostgreSQL crashes three times under load: 503 with Retry-After meanwhile, it goes on by itself, what was acknowledged is there, once', { skip: !onPostgres && 'PostgreSQL only' }, async (t) => {
  const pg = ownPostgres(t), desk = await startDesk(t, { db: pg.address }), made = new Map(), odd = [];
  let stop = false, busy = 0;
  const writing = Promise.all([0, 1, 2, 3].map(async (k) => {
    for (let i = 0; !stop; i++) {
      const subject = `crash ${k} ${i}`;
      for (;;) {
        const a = await desk.admin.api('ticket.create', { subject, body: 'x' }, { headers: { 'Idempotency-Key': subject }, timeout: 30000 });
        if (a.status === 200) { made.set(subject, a.json.ticket); break; }
        if (a.status === 503 && /^\d+$/.test(a.headers['retry-after'] ?? '')) busy++; else odd.push(`${a.status} ${a.text}`);
        if (stop || odd.length > 20) return;
        await sleep(50);
      }
    }
  }));
  for (let i = 0; i < 3; i++) {
    await until('tickets are made', ((n) => () => made.size > n + 10)(made.size), 60000);
    pg.down();
    await sleep(400);
    pg.up();
  }
  await until('and again', ((n) => () => made.size > n + 10)(made.size), 60000);
  stop = true;
  await writing;
  assert.deepEqual(odd, [], 'nothing but 200, and 503 with Retry-After');
  assert.ok(busy > 0, 'the crashes were noticed');
  const all = [];
  let after;
  do { const p = await desk.op('ticket.list', { view: 'all', max: 200, ...(after ? { after } : {}) }); all.push(...p.items); after = p.next; } while (after);
  const ours = all.filter((x) => x.subject.startsWith('crash '));
  assert.equal(new Set(ours.map((x) => x.subject)).size, ours.length, 'none twice');
  for (const [s, id] of made) assert.ok(ours.some((x) => x.subject === s && x.ticket === id), s);
  t.diagnostic(`${made.size} tickets acknowledged, ${busy} requests told to come again`);
});
