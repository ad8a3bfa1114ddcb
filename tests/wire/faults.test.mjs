// What happens to a desk in the world: no room on the disk, a database that is locked or away, a stop under load, copies made while it runs.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync, readFileSync, rmSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { defer, startDesk, until, sleep, multipart, folder, onPostgres, ownPostgres, psql, request, Line, stuffed } from '../lib/desk.mjs';
import { letter, land, messages, SUPPORT } from '../lib/mail.mjs';
import { smtpSink } from '../lib/sink.mjs';

const busy = (a, what) => {
  assert.equal(a.status, 503, `${what}: ${a.status} ${a.text}`);
  assert.match(a.headers['retry-after'] ?? '', /^\d+$/, what);
};
const mail = (desk, subject) => desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: letter({ subject }) });

/* A small file system of its own; null when this user may not mount. */
function smallDisk(t, bytes) {
  const dir = folder(t, 'tend-full');
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir]).status !== 0) return null;
  defer(t, () => spawnSync('umount', ['-l', dir]));
  return dir;
}

test('a full disk: a clear answer, nothing half-done, and it goes on when there is room again', async (t) => {
  const disk = smallDisk(t, 40 << 20);
  if (!disk) return t.skip('mounting a small file system needs root');
  const desk = await startDesk(t, { data: path.join(disk, 'data') }), filler = path.join(disk, 'filler');
  const first = await desk.admin.do('ticket.create', { subject: 'before', body: 'x', email: 'c@kite.example' });
  const upload = (mib) => desk.http('POST', '/api/v1/ticket.create', { ...multipart([['subject', `upload of ${mib}`], ['body', 'x'], ['files', Buffer.alloc(mib << 20, 'log line\n'), 'big.log']]), token: desk.admin.token });
  const blobs = () => readdirSync(path.join(disk, 'data/blobs'), { recursive: true }).filter((f) => statSync(path.join(disk, 'data/blobs', f)).isFile()).length;
  assert.equal((await upload(1)).status, 200);
  const before = blobs(), big = await upload(60);
  assert.equal(big.status, 507, `${big.status} ${big.text.slice(0, 300)}`);
  assert.match(big.text, /disk is full/i);
  await until('the half upload is gone', () => blobs() === before);
  assert.equal((await desk.op('ticket.list', { view: 'all' })).items.filter((x) => x.subject === 'upload of 60').length, 0);
  /* now not a byte is left: commits fail too (on SQLite; PostgreSQL lives elsewhere) */
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096'], { stdio: 'ignore' });
  const made = [];
  let full;
  for (let i = 0; i < 400 && !full; i++) {
    const a = await desk.admin.api('ticket.create', { subject: `full ${i}`, body: 'y'.repeat(20000) });
    if (a.status === 200) made.push(a.json.ticket);
    else full = a;
  }
  if (!onPostgres) {
    assert.ok(full, 'never full');
    assert.equal(full.status, 507, full.text);
    assert.match(full.json.detail, /full/i);
    const reading = await desk.http('GET', `/api/v1/ticket.show?ticket=${first.ticket}`, { token: desk.admin.token });
    assert.equal(reading.status, 200, 'reading goes on');
  }
  const [r] = await mail(desk, 'while full');
  assert.match(r, /^4[35]\d/, 'the mail server keeps it: ' + r);
  assert.equal((await desk.http('GET', '/healthz')).status, 200);
  rmSync(filler);
  await until('it recovers by itself', async () => (await desk.admin.api('ticket.create', { subject: 'after', body: 'x' })).status === 200, 20000);
  assert.match((await mail(desk, 'after'))[0], /^250/);
  const all = [];
  let after;
  do { const p = await desk.op('ticket.list', { view: 'all', max: 200, ...(after ? { after } : {}) }); all.push(...p.items); after = p.next; } while (after);
  assert.deepEqual(all.filter((x) => x.subject.startsWith('full ')).map((x) => x.ticket).sort((a, b) => a - b), made, 'what was acknowledged is there, and nothing else');
});

test('a locked database: writing is answered 503 with Retry-After and 451, reading goes on, then all is well', { skip: onPostgres && 'the same by PostgreSQL below' }, async (t) => {
  const desk = await startDesk(t), { ticket } = await desk.admin.do('ticket.create', { subject: 'locked', body: 'x' });
  const other = spawn('sqlite3', [path.join(desk.data, 'tend.db')], { stdio: ['pipe', 'pipe', 'pipe'] });
  defer(t, () => other.kill('SIGKILL'));
  let said = '';
  other.stdout.on('data', (d) => { said += d; });
  other.stderr.on('data', (d) => { said += d; });
  other.stdin.write("PRAGMA busy_timeout=5000; BEGIN IMMEDIATE; SELECT 'got it';\n");
  await until('the lock: ' + said, () => said.includes('got it'));
  const [write, lmtp, read] = await Promise.all([desk.admin.api('ticket.note', { ticket, body: 'n' }, { timeout: 60000 }), mail(desk, 'locked'), desk.http('GET', `/api/v1/ticket.show?ticket=${ticket}`, { token: desk.admin.token })]);
  busy(write, 'the note');
  assert.match(lmtp[0], /^451/, lmtp[0]);
  assert.equal(read.status, 200);
  other.stdin.write('ROLLBACK;\n.quit\n');
  await until('it recovers', async () => (await desk.admin.api('ticket.note', { ticket, body: 'again' }, { timeout: 60000 })).status === 200, 30000);
  assert.match((await mail(desk, 'after'))[0], /^250/);
  assert.deepEqual((await messages(desk, ticket)).map((m) => m.body), ['x', 'again']);
});

test('PostgreSQL is away: 503 with Retry-After, 451, not ready; it comes back by itself', { skip: !onPostgres && 'SQLite is never away' }, async (t) => {
  const pg = ownPostgres(t), desk = await startDesk(t, { db: pg.address });
  const { ticket } = await desk.admin.do('ticket.create', { subject: 'away', body: 'x' });
  pg.down();
  busy(await desk.admin.api('ticket.note', { ticket, body: 'n' }, { timeout: 60000 }), 'a write');
  busy(await desk.http('GET', `/api/v1/ticket.show?ticket=${ticket}`, { token: desk.admin.token, timeout: 60000 }), 'a read');
  const page = await desk.http('GET', '/queue/all', { cookie: desk.admin.cookie, headers: { Accept: 'text/html' }, timeout: 60000 });
  assert.equal(page.status, 503);
  assert.match(page.headers['retry-after'] ?? '', /^\d+$/, 'a page too');
  { const h = await desk.http('GET', '/healthz'); assert.equal(h.status, 200, `the process lives: ${h.text}`); }
  assert.equal((await desk.http('GET', '/readyz', { timeout: 60000 })).status, 503, 'but is not ready');
  assert.match((await mail(desk, 'away'))[0], /^4/, 'the mail server keeps it');
  pg.up();
  await until('it recovers', async () => (await desk.admin.api('ticket.note', { ticket, body: 'back' }, { timeout: 60000 })).status === 200, 30000);
  assert.equal((await desk.http('GET', '/readyz')).status, 200);
  await land(desk, letter({ subject: 'back' }));
  assert.deepEqual((await messages(desk, ticket)).map((m) => m.body), ['x', 'back']);
});

test('no descriptor left for a moment: a mail on its way in or out and a job wait, nobody is blamed, nothing is given up', async (t) => {
  const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '4' });
  const ines = await land(desk, letter({ subject: 'a question' }));
  const limit = (n) => { const r = spawnSync('prlimit', [`--nofile=${n}`, '--pid', String(desk.child.pid)], { encoding: 'utf8' }); assert.equal(r.status, 0, r.stderr); };
  /* a mail that arrives: its sender's server is told to come again */
  const line = new Line({ host: '127.0.0.1', port: desk.lmtpPort });
  for (const [say, want] of [[null, /^220/], ['LHLO x', /^250/], ['MAIL FROM:<ines@northwind.example>', /^250/], [`RCPT TO:<${SUPPORT}>`, /^250/], ['DATA', /^354/]]) assert.match(await (say ? line.say(say) : line.reply()), want);
  /* and one that leaves, with a file that must be read */
  const sent = await desk.http('POST', '/api/v1/ticket.reply', { ...multipart([['ticket', String(ines.ticket)], ['body', 'see the file'], ['files', Buffer.from('line of a log\n'), 'a.log']]), token: desk.admin.token });
  assert.equal(sent.status, 200, sent.text);
  const before = readFileSync(`/proc/${desk.child.pid}/limits`, 'utf8').match(/^Max open files\s+(\d+)/m)[1];
  limit('8:');
  line.write(stuffed(letter({ subject: 'while there was none' })));
  assert.match(await line.reply(), /^4\d\d /);
  line.end();
  await until('it was tried, and waits', () => /outbox\b.*kind=mail\b.*Too many open files/.test(desk.log()), 20000);
  limit(`${before}:`);
  assert.match((await mail(desk, 'while there was none'))[0], /^250/);
  desk.clock(3 * 60e6);
  await until('it left', () => sink.mails.some((m) => m.mail.text?.includes('see the file')), 20000);
  assert.ok(!(await messages(desk, ines.ticket)).some((m) => /could not be sent/.test(m.body)), 'nothing was given up');
  await until('the mail is a case, once', async () => (await desk.op('ticket.list', { view: 'all' })).items.filter((x) => x.subject === 'while there was none').length === 1, 20000);
});

test('SIGTERM under load: what was acknowledged is there; it ends well and soon', async (t) => {
  const desk = await startDesk(t), ok = [], bad = [];
  let stop = false;
  const clients = Array.from({ length: 12 }, async (_, k) => {
    for (let i = 0; !stop; i++) {
      try {
        const a = await desk.admin.api('ticket.create', { subject: `load ${k}.${i}`, body: 'x' }, { timeout: 10000 });
        if (a.status === 200) ok.push(`load ${k}.${i}`);
        else if (a.status !== 503) bad.push(a.text);
      } catch { if (stop) break; await sleep(50); }
    }
  });
  const stream = request(desk.where, 'GET', '/live?topic=tickets', { cookie: desk.admin.cookie }).catch(() => 'cut');
  await sleep(700);
  const began = Date.now(), end = await desk.stop();
  const took = Date.now() - began;
  stop = true;
  await Promise.all(clients);
  assert.deepEqual(end, { code: 0, signal: null }, desk.log().slice(-2000));
  assert.ok(took < 10000, `${took} ms`);
  assert.deepEqual(bad, []);
  await stream;
  await desk.start();
  const all = new Set();
  let after;
  do { const p = await desk.op('ticket.list', { view: 'all', max: 200, ...(after ? { after } : {}) }); for (const x of p.items) { assert.ok(!all.has(x.subject), x.subject); all.add(x.subject); } after = p.next; } while (after);
  assert.ok(ok.length > 20, `${ok.length} written`);
  assert.deepEqual(ok.filter((s) => !all.has(s)), []);
  t.diagnostic(`${ok.length} acknowledged before the stop, which took ${took} ms`);
});

/* Holds a listening socket as systemd does, and starts the desk on it again whenever it has ended, until this script's input ends. */
const HOLDER = `
import os, select, socket, sys
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(1024)
print(s.getsockname()[1], flush=True)
while True:
    pid = os.fork()
    if pid == 0:
        os.dup2(s.fileno(), 3); os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
        os.execv(sys.argv[1], sys.argv[1:])
    print('pid', pid, flush=True)
    code = os.waitpid(pid, 0)[1]
    print('ended', code, flush=True)
    if code or select.select([sys.stdin], [], [], 0)[0]: break
`;
test('restarted five times on a socket from systemd while people ask: every request is answered', async (t) => {
  const dir = folder(t), bin = process.env.TEND_BIN ?? new URL('../../build/src/tend', import.meta.url).pathname;
  const holder = spawn('python3', ['-c', HOLDER, bin, 'serve', '--data', path.join(dir, 'data'), '--mail-domain', 'desk.example'], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, TEND_LISTEN: '' } });
  let out = '', stop = false;
  holder.stdout.on('data', (d) => { out += d; });
  const gone = new Promise((r) => holder.once('exit', r)), pids = () => [...out.matchAll(/^pid (\d+)$/gm)].map((m) => Number(m[1])), ended = () => [...out.matchAll(/^ended (\d+)$/gm)].map((m) => Number(m[1]));
  t.after(() => { holder.kill('SIGKILL'); for (const p of pids().slice(-1)) try { process.kill(p, 'SIGKILL'); } catch { /* ended */ } });
  const port = Number(await until('a socket', () => out.match(/^(\d+)$/m)?.[1])), where = { host: '127.0.0.1', port };
  const answers = [], lost = [];
  /* each on a connection of its own, as people behind a proxy come */
  const people = Array.from({ length: 8 }, async () => {
    while (!stop) {
      try { answers.push((await request(where, 'GET', '/sign-in', { headers: { Connection: 'close' } })).status); } catch (e) { lost.push(`after ${ended().length} ends: ${e.message}`); }
      await sleep(2);
    }
  });
  for (let i = 1; i <= 5; i++) {
    const before = answers.length;
    await until('it answers', () => answers.length > before + 20);
    process.kill(pids().at(-1), 'SIGTERM');
    await until('it ends and starts again', () => ended().length === i && pids().length === i + 1);
  }
  const before = answers.length;
  await until('it answers', () => answers.length > before + 20);
  stop = true;
  await Promise.all(people);
  holder.stdin.end();
  process.kill(pids().at(-1), 'SIGTERM');
  await gone;
  assert.deepEqual(lost, []);
  assert.deepEqual(ended(), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...new Set(answers)], [200]);
  t.diagnostic(`${answers.length} requests, none lost`);
});

test('a copy made while people write; restored elsewhere it is a whole desk', { skip: onPostgres && 'PostgreSQL is copied by pg_dump: docs/operating.md' }, async (t) => {
  const desk = await startDesk(t), to = path.join(desk.dir, 'copy'), again = path.join(desk.dir, 'again');
  const m = multipart([['subject', 'with a file'], ['body', 'x'], ['email', 'c@kite.example'], ['files', 'the log\n', 'a.log']]);
  const { ticket } = (await desk.http('POST', '/api/v1/ticket.create', { ...m, token: desk.admin.token })).json;
  let stop = false, n = 0;
  const writing = (async () => { while (!stop) { await desk.admin.do('ticket.create', { subject: `w${n}`, body: 'x' }); n++; } })();
  await sleep(100);
  const sure = n, copy = await desk.run(['backup', to]);
  stop = true;
  await writing;
  assert.equal(copy.status, 0, copy.stderr);
  assert.ok(!readdirSync(to).includes('secret.key'), 'the key is not in the copy');
  const second = await desk.run(['backup', to]);
  assert.notEqual(second.status, 0, 'never over an earlier copy');
  const flags = ['--mail-domain', 'desk.example'], call = (...args) => spawnSync(process.env.TEND_BIN ?? new URL('../../build/src/tend', import.meta.url).pathname, [...args, ...flags], { encoding: 'utf8', env: desk.env() });
  const restored = call('restore', to, `--key=${path.join(desk.data, 'secret.key')}`, '--data', again);
  assert.equal(restored.status, 0, restored.stderr);
  assert.notEqual(call('restore', to, '--data', again).status, 0, 'never over a desk');
  const verified = call('verify', '--data', again);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  const twin = await startDesk(t, { data: again, admin: false, address: false });
  const got = await twin.api('ticket.show', { ticket }, { token: desk.admin.token });
  assert.equal(got.status, 200, got.text);
  assert.equal(got.json.messages.items[0].attachments.length, 1);
  const list = [];
  let after;
  do { const p = await twin.op('ticket.list', { view: 'all', max: 200, ...(after ? { after } : {}) }); list.push(...p.items); after = p.next; } while (after);
  assert.ok(list.length - 1 >= sure && list.length - 1 <= n, `${sure} ≤ ${list.length - 1} ≤ ${n}`);
});

test('migrate: at this version’s schema; refused while a desk serves; a newer schema is refused with words', async (t) => {
  const desk = await startDesk(t);
  const during = await desk.run(['migrate']);
  if (!onPostgres) assert.notEqual(during.status, 0, 'the serving desk holds its folder');
  await desk.stop();
  const r = await desk.run(['migrate']);
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stdout, /schema/);
  const sql = "INSERT INTO migration (number, name, sha, ran_us) VALUES (9999, 'later', " + (onPostgres ? "'\\x00'" : "x'00'") + ', 1)', undo = 'DELETE FROM migration WHERE number = 9999';
  const run = (s) => (onPostgres ? psql(desk.database, s) : assert.equal(spawnSync('sqlite3', [path.join(desk.data, 'tend.db'), s]).status, 0));
  run(sql);
  const newer = await desk.run(['migrate']);
  assert.notEqual(newer.status, 0);
  assert.match(newer.stderr, /newer|later/i);
  run(undo);
  await desk.start();
});
