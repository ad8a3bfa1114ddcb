// Proofs that stand in no other file: words of an attacker in every reading command, TLS as it is spoken, what a broken desk tells, secrets at rest,
// one spelling for one name.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { startDesk, folder, onPostgres, psql, request, multipart, cookiesOf } from '../lib/desk.mjs';

/* ---- SQL in every text that a reading command takes ---- */

const PROBES = ["'", "''", '"', '`', '\\', "' OR '1'='1", "' OR 1=1--", "') OR ('1'='1", "1 OR 1=1", "1; DROP TABLE ticket", "'; DROP TABLE ticket;--", "' UNION SELECT 1,2,3--", "' UNION ALL SELECT NULL,sqlite_version()--",
  "' AND (SELECT count(*) FROM sqlite_master)>0--", "'||pg_sleep(5)--", "' AND 1=(SELECT 1 FROM pg_sleep(5))--", "1);SELECT pg_sleep(5)--", "%", "_%", "%' ESCAPE '", "*", "NEAR(a b, 99999)", 'a" OR "b', 'subject:"', "x' MATCH 'y", "-- ", "/*", "\u02bc OR 1=1", "\uff07 OR 1=1--",
  "$1", ":name", "?1", "@x", "{{7*7}}", "${7*7}", "(((((((((((((((((((((((((", "a & ! | b", "'::text", "0x27", "CHAR(39)"];

test('SQL, search syntax and wildcards in every text of every reading command: no error of ours, no row that was not asked for, nothing slow', async (t) => {
  const desk = await startDesk(t), lead = await desk.person('lea@desk.example', { access: 'lead' });
  const { ticket } = await lead.do('ticket.create', { subject: 'the only one', body: 'words of it', name: 'Ines Okafor', email: 'ines@northwind.example' });
  const doc = (await desk.http('GET', '/api/v1/openapi.json')).json, wrong = [];
  let tried = 0, commands = 0;
  for (const [at, what] of Object.entries(doc.paths)) {
    if (!what.get) continue;
    commands++;
    const command = at.split('/').pop();
    for (const p of what.get.parameters ?? []) {
      const kind = p.schema.type === 'array' ? p.schema.items.type : p.schema.type;
      for (const probe of kind === 'string' && !p.schema.enum ? PROBES : PROBES.slice(5, 11)) {
        const began = performance.now(), a = await desk.http('GET', `/api/v1/${command}?${new URLSearchParams({ [p.name]: probe })}`, { token: desk.admin.token });
        const ms = performance.now() - began;
        tried++;
        if (a.status >= 500 || ![200, 400, 403, 404, 409, 413, 422].includes(a.status)) wrong.push(`${command} ${p.name}=${probe}: ${a.status} ${a.text.slice(0, 200)}`);
        if (/sqlite|syntax error|SQLSTATE|fts5|tsquery|no such (table|column)|SELECT /i.test(a.text.replaceAll(JSON.stringify(probe).slice(1, -1), ''))) wrong.push(`${command} ${p.name}=${probe} tells: ${a.text.slice(0, 200)}`);
        if (ms > 4000) wrong.push(`${command} ${p.name}=${probe}: ${ms} ms`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(commands > 20 && tried >= 635, `${tried} probes of ${commands} commands`);
  /* a condition that is always true finds no more than words do */
  for (const q of ["zzqx' OR '1'='1", "zzqx\" OR \"b", "zzqx') OR ('1'='1", 'zzqx* OR only', 'zzqx%', 'zzqx_']) {
    const a = await lead.api('ticket.search', { q });
    assert.ok(a.status === 422 || (a.status === 200 && a.json.items.length === 0), `${q}: ${a.text}`);   /* or it says what is wrong with the words */
  }
  const left = await lead.do('ticket.list', { view: 'all' });
  assert.deepEqual(left.items.map((x) => x.ticket), [ticket]);
  t.diagnostic(`${tried} probes of ${commands} reading commands`);
});

/* ---- TLS ---- */

function selfSigned(dir) {
  const key = path.join(dir, 'key.pem'), cert = path.join(dir, 'cert.pem');
  const r = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=desk.example', '-addext', 'subjectAltName=DNS:desk.example,IP:127.0.0.1', '-keyout', key, '-out', cert], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return { key, cert };
}
const client = (port, args, input = '') => new Promise((resolve) => {
  const c = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'desk.example', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  c.stdout.on('data', (d) => { out += d; });
  c.stderr.on('data', (d) => { out += d; });
  c.stdin.on('error', () => {});
  c.stdin.end(input);
  c.on('close', () => resolve({ out, protocol: out.match(/New, (TLSv[\d.]+), Cipher is (\S+)/)?.[1], cipher: out.match(/Cipher is (\S+)/)?.[1] }));
});

test('TLS: 1.2 and 1.3 with forward secret, authenticated ciphers; nothing older or weaker; HSTS and __Host- cookies', async (t) => {
  const { key, cert } = selfSigned(folder(t));
  const plain = await startDesk(t);           /* its people, made without TLS */
  const link = (await plain.op('teammate.link', { teammate: plain.admin.id }));
  await plain.stop();
  plain.opts.flags = ['--tls-cert', cert, '--tls-key', key];
  plain.opts.publicUrl = 'https://desk.example';
  const ask = (method, target, opts = {}) => new Promise((resolve, reject) => {
    const req = https.request({ host: '127.0.0.1', port: plain.port, method, path: target, ca: readFileSync(cert), servername: 'desk.example', headers: opts.headers ?? {}, agent: false }, (res) => {
      let text = '';
      res.on('data', (d) => { text += d; });
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text, tls: res.socket.getProtocol?.() }));
    });
    req.on('error', reject);
    req.end(opts.body);
  });
  plain.http = (method, target, opts) => ask(method, target, opts);   /* readyz, while it starts */
  await plain.start();
  const all = ['-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], port = plain.port;
  for (const [want, ...args] of [['TLSv1.3', '-tls1_3'], ['TLSv1.2', '-tls1_2'], [null, '-tls1_1', ...all], [null, '-tls1', ...all]]) {
    const r = await client(port, args);
    assert.equal(want ? r.protocol : r.cipher === '(NONE)' || !r.cipher ? null : r.cipher, want, `${args}: ${r.out.slice(-400)}`);
  }
  const strong = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'];
  const weak = ['AES128-GCM-SHA256', 'AES256-SHA', 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384', 'DHE-RSA-AES128-SHA', 'AES128-CCM', 'CAMELLIA128-SHA', 'aNULL', 'eNULL', 'PSK', 'kRSA', '3DES', 'RC4', 'ARIA128-GCM-SHA256', 'SHA1'];
  for (const c of strong) assert.equal((await client(port, ['-tls1_2', '-cipher', c])).cipher, c);
  for (const c of weak) {
    const r = await client(port, ['-tls1_2', '-cipher', `${c}:@SECLEVEL=0`]);
    assert.ok(!r.cipher || r.cipher === '(NONE)', `${c} was taken: ${r.cipher}`);
  }
  const more = await client(port, ['-tls1_2'], 'R\n');
  assert.doesNotMatch(more.out, /Compression: (?!NONE)/);
  assert.doesNotMatch(more.out.split('RENEGOTIATING')[1] ?? '', /verify return/, 'no renegotiation');
  const page = await ask('GET', '/sign-in');
  assert.equal(page.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  const target = new URL(link.link ?? link.path, 'https://x').pathname, form = await ask('GET', target);
  assert.equal(form.status, 200, `${target}: ${form.text.slice(0, 500)}`);
  const csrf = form.text.match(/name="_csrf" value="([^"]+)"/)[1], body = new URLSearchParams({ _csrf: csrf }).toString();
  const done = await ask('POST', target, { body, headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } });
  assert.equal(done.status, 303, done.text);
  const cookie = done.headers['set-cookie'].find((c) => c.startsWith('__Host-tend='));
  assert.match(cookie, /; Path=\/; .*HttpOnly; SameSite=Lax; Secure/);
  assert.equal((await ask('GET', '/me', { headers: { Cookie: cookie.split(';')[0] } })).status, 200);
  assert.equal((await ask('GET', '/me', { headers: { Cookie: cookie.split(';')[0].replace('__Host-', '') } })).status, 303, 'the name without the prefix opens nothing here');
  assert.equal(await new Promise((r) => request({ host: '127.0.0.1', port }, 'GET', '/').then((a) => r(a.status), () => r('closed'))), 'closed', 'no plain words on this port');
});

/* ---- what a broken desk tells ---- */

test('a fault of ours tells a request id and nothing of the house; the log has the rest', async (t) => {
  const desk = await startDesk(t, { verify: false }), ann = await desk.person('ann@desk.example');
  const sql = 'ALTER TABLE team RENAME TO team_away';
  if (onPostgres) psql(desk.database, sql);
  else assert.equal(spawnSync('sqlite3', [path.join(desk.data, 'tend.db'), '.timeout 5000', sql]).status, 0);
  const hides = (a, what) => {
    assert.ok(a.status >= 500, `${what}: ${a.status} ${a.text}`);
    assert.doesNotMatch(a.text, /team_away|no such table|SELECT|relation|sqlite|postgres|\.c:\d|\/tmp\/|src\/|0x[0-9a-f]{6}|0\.1\.0/i, what);
    assert.match(a.headers['x-request-id'], /^[0-9a-f]{16}$/, what);
    assert.ok(a.text.includes(a.headers['x-request-id']), `${what} names its request`);
    assert.equal(a.headers['x-content-type-options'], 'nosniff', what);
    assert.match(desk.log(), new RegExp(`id=${a.headers['x-request-id']} .*error=\\S+ why=.*at=\\S+\\.(c|sql):\\d+`), 'the log says why and where');
  };
  hides(await ann.api('team.list'), 'the API');
  hides(await desk.http('GET', '/admin/teams', { cookie: desk.admin.cookie, headers: { Accept: 'text/html' } }).then(async (a) => (a.status === 404 ? desk.http('GET', '/admin/teammates', { cookie: desk.admin.cookie, headers: { Accept: 'text/html' } }) : a)), 'a page');
  assert.equal((await ann.api('ticket.list')).status, 200, 'what does not need it goes on');
});

/* ---- secrets at rest ---- */

test('no token, password, session, link or second factor stands in the database, its journal or a copy as it is', { skip: onPostgres && 'the same statements write both; the files are looked at on SQLite' }, async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const secrets = new Map([['an API token', ann.token], ['a session', ann.cookie.slice(5)]]);
  const { link, path: p } = await desk.op('teammate.link', { teammate: ann.id });
  secrets.set('a one-time link', new URL(link ?? p, desk.url).pathname.split('/').pop());
  const totp = await desk.form(ann, 'totp.start', { _back: '/me' });
  assert.equal(totp.status, 303, totp.text);
  const shown = (await desk.http('GET', '/me', { cookie: ann.cookie })).text.match(/id="totp-secret">([A-Z2-7 ]+)</)[1];
  secrets.set('a second factor', shown.replaceAll(' ', ''));
  const bits = [...shown.replaceAll(' ', '')].map((ch) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(ch).toString(2).padStart(5, '0')).join('');
  secrets.set('a second factor, its bytes', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))));
  const password = 'Pfannkuchen im Nebel 7', set = await desk.http('POST', '/me/password', { form: { _csrf: ann.csrf, password }, cookie: ann.cookie });
  assert.equal(set.status, 303, set.text);
  secrets.set('a password', password);
  await desk.op('teammate.create', { email: 'new@desk.example', name: 'New' });
  const copy = path.join(desk.dir, 'copy'), made = await desk.run(['backup', copy]);
  assert.equal(made.status, 0, made.stderr);
  const files = [];
  const walk = (d) => { for (const f of readdirSync(d)) { const x = path.join(d, f); if (statSync(x).isDirectory()) walk(x); else if (statSync(x).isFile() && f !== 'secret.key') files.push(x); } };
  walk(desk.data);
  walk(copy);
  assert.ok(files.some((f) => f.endsWith('tend.db-wal')) && files.length >= 3, files.join());
  const key = readFileSync(path.join(desk.data, 'secret.key'));
  for (const f of files) {
    const bytes = readFileSync(f);
    for (const [what, s] of secrets) {
      assert.ok(!bytes.includes(s), `${what} stands in ${f}`);
      for (const other of ['base64', 'hex']) assert.ok(!bytes.includes(Buffer.from(s).toString(other).replace(/=+$/, '').slice(0, -2)), `${what} stands in ${f}, in ${other}`);
    }
    assert.ok(!bytes.includes(key), `the key stands in ${f}`);
  }
  assert.ok(secrets.size >= 5, [...secrets.keys()].join());
});

/* ---- one spelling ---- */

test('names, addresses and words are found however their marks were typed', async (t) => {
  const desk = await startDesk(t), lead = await desk.person('lea@desk.example', { access: 'lead' });
  const nfd = (s) => s.normalize('NFD'), find = async (q) => (await desk.http('GET', `/search.json?q=${encodeURIComponent(q)}`, { cookie: desk.admin.cookie })).text;
  const { ticket } = await lead.do('ticket.create', { subject: nfd('Сбой почтовый ящик, 한국어, がぎぐ, Việt'), body: nfd('Ещё раз: йод'), name: nfd('Zoë Núñez'), email: 'zoe@northwind.example' });
  const shown = await desk.op('ticket.show', { ticket });
  assert.equal(shown.subject, shown.subject.normalize('NFC'), 'kept composed');
  assert.notEqual(shown.messages.items[0].body, shown.messages.items[0].body.normalize('NFC'), 'what was written stays as it came');
  for (const word of ['ящик', 'ещё', 'йод', '한국어', 'がぎぐ', 'Việt', 'Zoë'])
    for (const [how, q] of [['composed', word.normalize('NFC')], ['in parts', nfd(word)]]) assert.match(await find(q), new RegExp(`"ticket":\\s*${ticket}\\b|/tickets/${ticket}\\b`), `${word} ${how}`);
  /* one address, one person; one login, one teammate */
  const two = await lead.do('ticket.create', { subject: 'again', body: 'x', name: 'Jose', email: nfd('josé@northwind.example') });
  const three = await lead.do('ticket.create', { subject: 'and again', body: 'x', name: 'Jose', email: 'josé@northwind.example'.normalize('NFC') });
  const of = async (x) => { const s = await desk.op('ticket.show', { ticket: x }); return s.requester?.contact ?? s.requester?.id ?? s.requester; };
  assert.equal(await of(two.ticket), await of(three.ticket), 'the same contact');
  await desk.op('teammate.create', { email: nfd('rené@desk.example'), name: 'René' });
  await assert.rejects(desk.op('teammate.create', { email: 'rené@desk.example'.normalize('NFC'), name: 'René' }), (e) => e.status === 409 || e.status === 422);
});
