// A desk of its own for a test: the real program (TEND_BIN) in a temporary folder, on SQLite or PostgreSQL (TEND_DB), stopped and judged
// at the end: it must have ended well, the sanitizers must have been silent, and `tend verify` must find nothing to complain about.
//
//   const desk = await startDesk(t, { smtp: sink.url });       // t: a node:test context; everything is cleaned up after it
//   await desk.op('ticket.create', { … })                       // as the machine's operator, by the control socket: the answer, or throws Problem
//   const ann = await desk.person('ann@desk.example', { access: 'agent' });   // → { id, email, token, api(cmd, input), cookie }
//   desk.http('GET', '/queue/all', { cookie: ann.cookie })      // → { status, headers, text, json }
//   await desk.lmtp({ from, to: [rcpt], raw })                  // → replies, one a recipient
//   desk.clock(3600e6)                                          // moves the desk's clock, microseconds from now
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, mkdirSync, writeFileSync, openSync, writeSync, closeSync, readFileSync, existsSync, chmodSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';

export const BIN = process.env.TEND_BIN ?? new URL('../../build/src/tend', import.meta.url).pathname;
export const DB = process.env.TEND_DB ?? 'sqlite';
export const onPostgres = DB.startsWith('postgres');
const root = new URL('../../', import.meta.url).pathname;
const SANITIZER = /ERROR: (Address|Leak)Sanitizer|SUMMARY: \w*Sanitizer|runtime error:|this can't be/;

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
/* Waits for something to become true; says what it waited for when it does not. Answers with the value. */
export async function until(what, check, ms = 15000) {
  const end = Date.now() + ms;
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 200)) {
    const v = await check();
    if (v) return v;
    if (Date.now() > end) assert.fail(`never within ${ms} ms: ${what}`);
    await sleep(wait);
  }
}
export function freePort() {
  return new Promise((resolve, reject) => {
    const s = net.createServer();
    s.once('error', reject);
    s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
  });
}
/* Afterwards, the last made is the first cleared away; all are, and the first thing wrong is what the test says. */
const stacks = new WeakMap();
export function defer(t, fn) {
  if (!stacks.has(t)) {
    const stack = [];
    stacks.set(t, stack);
    t.after(async () => {
      let wrong;
      while (stack.length) { try { await stack.pop()(); } catch (e) { wrong ??= e; } }
      if (wrong) throw wrong;
    });
  }
  stacks.get(t).push(fn);
}
/* A folder that is gone after the test. */
export function folder(t, name = 'tend-wire') {
  const dir = mkdtempSync(path.join(tmpdir(), name + '-'));
  defer(t, () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export class Problem extends Error {
  constructor(answer, what) {
    super(`${what}: ${answer.status} ${answer.text.slice(0, 600)}`);
    Object.defineProperties(this, { status: { value: answer.status }, answer: { value: answer }, problem: { value: answer.json } });
  }
}

/* One request by node:http, with exactly the headers given. opts: headers, body, cookie, token, socket (a unix socket), timeout. */
export function request(where, method, target, opts = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...opts.headers };
    if (opts.cookie) headers.Cookie = opts.cookie;
    if (opts.token) headers.Authorization = `Bearer ${opts.token}`;
    let body = opts.body;
    if (opts.json !== undefined) { body = JSON.stringify(opts.json); headers['Content-Type'] ??= 'application/json'; }
    if (opts.form !== undefined) { body = new URLSearchParams(opts.form).toString(); headers['Content-Type'] ??= 'application/x-www-form-urlencoded'; }
    if (body !== undefined && !('Content-Length' in headers)) headers['Content-Length'] = Buffer.byteLength(body);
    const req = http.request({ ...where, method, path: target, headers, agent: opts.agent ?? false, timeout: opts.timeout ?? 30000 }, (res) => {
      const parts = [];
      res.on('data', (d) => parts.push(d));
      res.on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(parts), text = bytes.toString('utf8');
        let json;
        try { json = JSON.parse(text); } catch { /* not JSON */ }
        resolve({ status: res.statusCode, headers: res.headers, raw: res.rawHeaders, bytes, text, json });
      });
    });
    req.on('timeout', () => req.destroy(new Error(`no answer to ${method} ${target}`)));
    req.on('error', reject);
    if (body !== undefined) req.write(body);
    req.end();
  });
}
/* multipart/form-data: fields is a list of [name, value] or [name, bytes, filename, type]. */
export function multipart(fields) {
  const boundary = 'tend' + randomBytes(12).toString('hex'), parts = [];
  for (const [name, value, filename, type] of fields)
    parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
      `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`), Buffer.from(value), Buffer.from('\r\n'));
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(parts), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
}
/* A raw conversation: sends the chunks as they are, answers with all bytes until the other side closes or ms pass. */
export function raw(where, chunks, ms = 3000) {
  return new Promise((resolve) => {
    const s = net.connect(where), parts = [];
    const end = () => { s.destroy(); resolve(Buffer.concat(parts).toString('latin1')); };
    const timer = setTimeout(end, ms);
    s.on('data', (d) => parts.push(d));
    s.on('close', () => { clearTimeout(timer); end(); });
    s.on('error', () => {});
    for (const c of [chunks].flat()) s.write(c);
  });
}
/* The cookies a response sets: name → value. */
export const cookiesOf = (answer) => Object.fromEntries((answer.headers['set-cookie'] ?? []).map((c) => [c.slice(0, c.indexOf('=')), c.slice(c.indexOf('=') + 1, c.indexOf(';'))]));

/* ---- PostgreSQL ---- */

export function psql(address, sql) {
  const r = spawnSync('psql', ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', address, '-c', sql], { encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`psql: ${r.stderr}`);
  return r.stdout.trim();
}
function freshDatabase(server) {
  const name = 'tend_wire_' + randomBytes(6).toString('hex');
  psql(server, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  return { address: server.replace(/\/postgres(?=\?|$)/, '/' + name), drop: () => { try { psql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`); } catch { /* the server may be gone */ } } };
}
/* A PostgreSQL of the test's own, which it may stop: { dir, address, down(), up() }. */
export function ownPostgres(t) {
  const dir = mkdtempSync(path.join(tmpdir(), 'tpg-')), pg = path.join(root, 'tests/pg');
  const call = (...args) => { const r = spawnSync(pg, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); assert.equal(r.status, 0, r.stderr); return r.stdout.trim(); };
  defer(t, () => spawnSync(pg, ['stop', dir]));
  return { dir, address: call('start', dir), down: () => call('down', dir), up: () => call('up', dir) };
}

/* ---- LMTP ---- */

/* A line-by-line conversation; hello LHLO or EHLO. */
export class Line {
  constructor(where) {
    this.s = net.connect(where);
    this.buf = '';
    this.waiting = [];
    this.closed = false;
    this.s.on('data', (d) => { this.buf += d.toString('latin1'); this.#look(); });
    this.s.on('close', () => { this.closed = true; this.#look(); });
    this.s.on('error', () => {});
  }
  #look() {
    while (this.waiting.length) {
      const m = this.buf.match(/^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/);
      if (m) { this.buf = this.buf.slice(m[0].length); this.waiting.shift()(m[0].trim()); }
      else if (this.closed) this.waiting.shift()('');
      else return;
    }
  }
  reply() { return new Promise((r) => { this.waiting.push(r); this.#look(); }); }
  write(b) { this.s.write(b); }
  async say(line) { this.s.write(line + '\r\n'); return this.reply(); }
  end() { this.s.destroy(); }
}
/* Dot-stuffs and ends a message. */
export const stuffed = (raw) => Buffer.concat([Buffer.from(Buffer.from(raw).toString('latin1').replace(/^\./gm, '..'), 'latin1'), Buffer.from(/\r\n$/.test(Buffer.from(raw).toString('latin1')) ? '.\r\n' : '\r\n.\r\n')]);
export async function lmtpSend(where, { from = '', to, raw: message }) {
  const l = new Line(where), replies = [];
  try {
    assert.match(await l.reply(), /^220/);
    assert.match(await l.say('LHLO test.example'), /^250/);
    const ok = await l.say(`MAIL FROM:<${from}>`);
    if (!ok.startsWith('250')) return [ok];
    let accepted = 0;
    for (const rcpt of to) {
      const r = await l.say(`RCPT TO:<${rcpt}>`);
      replies.push(r);
      if (r.startsWith('250')) accepted++;
    }
    if (!accepted) return replies;
    const go = await l.say('DATA');
    if (!go.startsWith('354')) return [go];
    l.write(stuffed(message));
    const after = [];
    for (let i = 0; i < accepted; i++) after.push(await l.reply());
    return replies.map((r) => (r.startsWith('250') ? after.shift() : r));
  } finally { l.end(); }
}

/* ---- the desk ---- */

export class Desk {
  constructor(dir, opts) {
    this.dir = dir;
    this.data = path.join(dir, 'data');
    this.opts = opts;
    this.clockFile = path.join(dir, 'clock');
    this.errFile = path.join(dir, 'log');
    this.out = '';
    this.people = 0;
    writeFileSync(this.clockFile, Buffer.alloc(8));
  }
  get where() { return { host: '127.0.0.1', port: this.port }; }
  get url() { return `http://127.0.0.1:${this.port}`; }
  flags() {
    const o = this.opts, f = ['--data', this.data, '--mail-domain', o.domain ?? 'desk.example', '--clock-file', this.clockFile];
    if (this.database) f.push('--database', this.database);
    return f;
  }
  serveFlags() {
    const o = this.opts, f = [...this.flags(), '--listen', `127.0.0.1:${this.port ?? 0}`, '--public-url', o.publicUrl ?? 'http://desk.example'];
    f.push('--smtp', o.smtp ?? 'smtp://127.0.0.1:9');
    if (this.lmtpPort) f.push('--lmtp-listen', `127.0.0.1:${this.lmtpPort}`);
    return [...f, ...(o.flags ?? [])];
  }
  env() { return { ...process.env, ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? 'detect_leaks=1', UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? 'print_stacktrace=1:halt_on_error=1', ...this.opts.env }; }

  /* Starts (again, on the same ports). */
  async start() {
    this.lmtpPort ??= this.opts.lmtpPort ?? await freePort();
    const log = openSync(this.errFile, 'a');
    const before = existsSync(this.errFile) ? readFileSync(this.errFile).length : 0;
    this.out = '';
    this.child = spawn(BIN, ['serve', ...this.serveFlags()], { stdio: ['ignore', 'pipe', log], env: this.env() });
    closeSync(log);
    this.child.stdout.on('data', (d) => { this.out += d; });
    this.exited = new Promise((r) => this.child.once('exit', (code, signal) => { this.gone = { code, signal }; r(this.gone); }));
    this.gone = null;
    await until('the desk starts', () => {
      if (this.gone) assert.fail(`tend serve ended at once (${JSON.stringify(this.gone)}):\n${this.log()}`);
      const m = readFileSync(this.errFile).subarray(before).toString().match(/ev(?:ent)?=start\b.*?\bport=(\d+)|\bstart\b.*?\bport=(\d+)/);
      if (m) this.port = Number(m[1] ?? m[2]);
      return m;
    }, 90000); /* a start that waits for its share of a busy machine is no fault */
    await until('the desk is ready', async () => { try { return (await this.http('GET', '/readyz')).status === 200; } catch { return false; } }, 60000);
    return this;
  }
  log() { return existsSync(this.errFile) ? readFileSync(this.errFile, 'utf8') : ''; }
  kill() { if (this.child && !this.gone) this.child.kill('SIGKILL'); return this.exited; }
  /* Stops as systemd would, and looks at how it ended. */
  async stop(limit = 20000) {
    if (!this.child || this.gone) return this.gone;
    this.child.kill('SIGTERM');
    let timer;
    const end = await Promise.race([this.exited, new Promise((r) => { timer = setTimeout(r, limit, null); })]);
    clearTimeout(timer);
    if (!end) { this.child.kill('SIGKILL'); await this.exited; assert.fail(`tend serve did not end within ${limit} ms of SIGTERM:\n${this.log().slice(-3000)}`); }
    return end;
  }
  async restart() { await this.stop(); await this.start(); }

  /* The end of a test: everything that must hold. */
  async judge() {
    const end = await this.stop();
    const log = this.log(), at = log.search(SANITIZER);
    assert.ok(at < 0, `a sanitizer or an assertion spoke:\n${log.slice(Math.max(0, at - 200), at + 5000)}`);
    /* whatever a test did: no token, session, link or cookie of it is in the log */
    assert.doesNotMatch(log, /tend_(pat|ses|lnk|set|rst|inv|eml)_[A-Za-z0-9_-]{20,}|_csrf=|Bearer /, 'a secret stands in the log');
    if (end) assert.deepEqual(end, { code: 0, signal: null }, `tend serve ended badly:\n${log.slice(-3000)}`);
    if (this.opts.verify !== false) {
      const v = this.tend(['verify']);
      assert.equal(v.status, 0, `tend verify complains:\n${v.stdout}${v.stderr}`);
    }
  }

  /* The command line, synchronously: { status, stdout, stderr }. */
  tend(args, opts = {}) {
    const r = spawnSync(BIN, [...args, ...this.flags()], { encoding: 'utf8', env: this.env(), timeout: 60000, maxBuffer: 64 << 20, ...opts });
    if (SANITIZER.test(r.stderr)) assert.fail(`tend ${args.join(' ')}:\n${r.stderr}`);
    return r;
  }
  /* The same without stopping this process's own servers: { status, stdout, stderr }. */
  run(args, input) {
    return new Promise((resolve) => {
      const c = spawn(BIN, [...args, ...this.flags()], { env: this.env(), stdio: ['pipe', 'pipe', 'pipe'] });
      let stdout = '', stderr = '';
      c.stdout.on('data', (d) => { stdout += d; });
      c.stderr.on('data', (d) => { stderr += d; });
      c.stdin.on('error', () => {});
      c.stdin.end(input ?? '');
      c.once('close', (status) => { assert.doesNotMatch(stderr, SANITIZER); resolve({ status, stdout, stderr }); });
    });
  }
  http(method, target, opts) { return request(this.where, method, target, opts); }
  api(command, input = {}, opts = {}) { return this.http('POST', `/api/v1/${command}`, { json: input, ...opts }); }
  /* As the operator (or as a teammate) by the control socket. */
  async op(command, input = {}, as) {
    const answer = await request({ socketPath: path.join(this.data, 'control.sock') }, 'POST', `/api/v1/${command}`, { json: input, headers: { Host: 'localhost', ...(as ? { 'X-Tend-As': as } : {}) } });
    if (answer.status !== 200) throw new Problem(answer, command);
    return answer.json;
  }
  lmtp(mail) { return lmtpSend({ host: '127.0.0.1', port: this.lmtpPort }, mail); }
  /* Moves the desk's clock to `us` microseconds from the true time. */
  clock(us) {
    const b = Buffer.alloc(8), fd = openSync(this.clockFile, 'r+');
    b.writeBigInt64LE(BigInt(Math.round(us)));
    writeSync(fd, b, 0, 8, 0);
    closeSync(fd);
    this.offset = us;
  }

  /* A teammate with a token and, when asked for (session: true), a session. */
  async person(email, { access = 'agent', name, session = true, scope = access === 'admin' ? 'admin' : 'write', zone } = {}) {
    const made = await this.op('teammate.create', { email, name: name ?? email.split('@')[0], access, ...(zone ? { zone } : {}) });
    const desk = this, id = made.teammate ?? made.id;
    const { token } = await this.op('token.create', { name: `test ${++this.people}`, scope, teammate: id });
    const p = {
      id, email, token,
      api: (command, input = {}, opts = {}) => desk.api(command, input, { token, ...opts }),
      /* the answer's JSON, or throws Problem */
      async do(command, input = {}, opts = {}) { const a = await desk.api(command, input, { token, ...opts }); if (a.status !== 200) throw new Problem(a, command); return a.json; },
    };
    if (session) Object.assign(p, await this.session(id));
    return p;
  }
  /* Signs in by a one-time link: { cookie, csrf }. */
  async session(id, jar = '') {
    const { link, path: p, url } = await this.op('teammate.link', { teammate: id });
    const target = new URL(link ?? url ?? p, this.url).pathname;
    const page = await this.http('GET', target, { cookie: jar });
    const csrf = page.text.match(/name="_csrf" value="([^"]+)"/)?.[1];
    const done = await this.http('POST', target, { form: { _csrf: csrf }, cookie: jar });
    assert.equal(done.status, 303, done.text);
    const cookie = 'tend=' + cookiesOf(done).tend;
    const me = await this.http('GET', '/me', { cookie });
    return { cookie, csrf: me.text.match(/name="csrf" content="([^"]+)"|name="_csrf" value="([^"]+)"/)?.slice(1).find(Boolean), signedIn: done };
  }
  /* A form of a page: POST /do/<command> as that person. */
  form(who, command, fields, opts = {}) {
    return this.http('POST', `/do/${command}`, { form: { _csrf: who.csrf, ...fields }, cookie: who.cookie, ...opts });
  }
}

/* opts: smtp (URL of the relay), domain, publicUrl, flags, env, db ("sqlite" or an address; default TEND_DB), verify: false, data (an existing folder), admin: false */
export async function startDesk(t, opts = {}) {
  const dir = mkdtempSync(path.join(tmpdir(), 'tend-wire-')), desk = new Desk(dir, opts), db = opts.db ?? DB;
  let fresh;
  defer(t, async () => {
    try { await desk.judge(); }
    finally {
      await desk.kill();
      fresh?.drop();
      if (process.env.TEND_KEEP) console.error(`kept: ${dir}`);
      else rmSync(dir, { recursive: true, force: true });
    }
  });
  if (opts.data) desk.data = opts.data;
  if (db.startsWith('postgres')) {
    fresh = opts.fresh === false ? null : freshDatabase(db);
    desk.database = fresh ? fresh.address : db;
  }
  await desk.start();
  if (opts.admin !== false) desk.admin = await desk.person('admin@desk.example', { access: 'admin', name: 'Ada Admin' });
  if (opts.address !== false && opts.admin !== false) await desk.op('mail.address_add', { address: 'support@desk.example', label: 'Support' });
  return desk;
}
