// Every route of the binary as everybody, every command as every level; headers, cookies, sessions, forged requests, tokens.
import test from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startDesk, until, cookiesOf, raw as rawTalk, multipart, sleep } from '../lib/desk.mjs';
import { smtpSink } from '../lib/sink.mjs';

const HTML = { Accept: 'text/html' };
const FOREIGN = ['access-control-allow-origin', 'access-control-allow-credentials', 'server', 'x-powered-by'];
/* What every answer carries, whatever its status. */
function safe(a, what) {
  assert.equal(a.headers['x-content-type-options'], 'nosniff', what);
  assert.equal(a.headers['referrer-policy'], 'no-referrer', what);
  assert.match(a.headers['content-security-policy'] ?? '', /default-src 'none'/, what);
  assert.ok(/frame-ancestors '(none|self)'/.test(a.headers['content-security-policy']) || a.headers['x-frame-options'] === 'DENY', what);
  assert.doesNotMatch(a.headers['content-security-policy'], /unsafe-eval|script-src[^;]*(unsafe-inline|\*|data:|https?:)/, what);
  for (const h of FOREIGN) assert.equal(a.headers[h], undefined, `${what}: ${h}`);
  if (a.bytes.length) assert.match(a.headers['content-type'] ?? '', /^(text\/[a-z-]+; charset=utf-8|application\/(json; charset=utf-8|problem\+json|octet-stream|xml)|image\/|font\/|text\/event-stream|application\/openmetrics)/, `${what}: ${a.headers['content-type']}`);
  assert.ok(a.headers['x-request-id'] && !a.headers['x-request-id'].includes(','), what);
  for (const c of a.headers['set-cookie'] ?? []) assert.match(c, /; HttpOnly/i, `${what}: ${c}`);
}
const routesOf = async (desk) => (await desk.run(['routes', '--dump'])).stdout.trim().split('\n').map((l) => {
  const [, method, pattern, access, caps] = l.match(/^(\S+)\s+(\S+)\s+(public|teammate|internal)\s+(.*)$/);
  return { method, pattern, access, caps: caps === '-' || caps === 'signed in' ? [] : caps.split(/[ ,]+/) };
});
const CAPS = { light: ['read', 'note'], agent: ['read', 'note', 'reply'], lead: ['read', 'note', 'reply', 'lead'], admin: ['read', 'note', 'reply', 'lead', 'admin'] };
const concrete = (pattern, id, token = 'tend_inv_nonsense') => pattern.replace(/\*\w+$/, 'x').replace(/:command/, 'ticket.list').replace(/:until/, '1').replace(/:mac/, 'aaaa').replace(/:token/, token).replace(/:name/, 'nothing.css').replace(/:view/, 'unassigned').replace(/:\w+/g, String(id));

async function cast(desk) {
  const people = { nobody: {}, customer: {} };
  for (const level of ['light', 'agent', 'lead']) people[level] = await desk.person(`${level}@desk.example`, { access: level });
  people.admin = desk.admin;
  const { ticket } = await people.agent.do('ticket.create', { subject: 'secret subject of the walk', body: 'secret body', email: 'c@kite.example' });
  await desk.op('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
  await desk.op('ticket.confirm_ask', { ticket });
  return { people, ticket };
}
/* Events of the log that a request may not add; sign-in housekeeping aside. */
const state = async (desk) => JSON.stringify([(await desk.op('ticket.list', { view: 'all', max: 200 })).items, (await desk.op('organisation.list', {})).items, (await desk.op('teammate.list', {})), await desk.op('setting.list', {})]);

test('every route × everybody × GET and POST, by its declared class', async (t) => {
  const desk = await startDesk(t), { people } = await cast(desk), routes = await routesOf(desk);
  assert.ok(routes.length > 40);
  const before = await state(desk), wrong = [];
  const has = (m, p) => routes.some((r) => r.method === m && (r.pattern === p || new RegExp('^' + r.pattern.replace(/[.]/g, '\\.').replace(/\*\w+$/, '.*').replace(/:id/g, '\\d+').replace(/:\w+/g, '[^/]+') + '$').test(p)));
  for (const r of routes)
    for (const id of [1, 999999])
      for (const [name, who] of Object.entries(people))
        for (const method of ['GET', 'POST']) {
          const path = concrete(r.pattern, id), what = `${name} ${method} ${path}`;
          if (path.startsWith('/live') && method === 'GET' && CAPS[name]) continue;   /* a stream: live.test.mjs */
          const a = await desk.http(method, path, { headers: HTML, ...(method === 'GET' ? { cookie: who.cookie } : { token: who.token, form: {} }) });
          const say = (why) => wrong.push(`${what}: ${a.status} ${why}`);
          try { safe(a, what); } catch (e) { say(e.message); }
          if (a.status >= 500) say('is our fault: ' + a.text.slice(0, 200));
          if (!CAPS[name] && /secret (subject|body)/.test(a.text)) say('shows a ticket');
          if (!has(method, path)) { if (a.status !== 405 && !(path === '/metrics' && a.status === 404)) say('wanted 405'); continue; }   /* metrics have a listener of their own */
          if (r.method !== method || r.access === 'public') { if (r.access === 'public' && CAPS[name] && a.status === 401) say('is public'); continue; }
          if (r.access === 'internal') { if (a.status !== 404) say('wanted 404'); continue; }
          if (!CAPS[name]) {
            if (method === 'GET' ? !(a.status === 303 && a.headers.location.startsWith('/sign-in')) : a.status !== 401) say('wanted the sign-in');
          } else if (r.caps.every((c) => CAPS[name].includes(c))) {
            if (a.status === 401 || /Your access does not include this page/.test(a.text)) say('is allowed');
            if (method === 'GET' && id === 1 && ![200, 303, 404].includes(a.status)) say('wanted a page');
          } else if (a.status !== 403) say('wanted 403');
        }
  assert.deepEqual(wrong, []);
  assert.equal(await state(desk), before, 'walking changed nothing');
});

test('every command × everybody, by the matrix that tend permissions prints', async (t) => {
  const desk = await startDesk(t), { people } = await cast(desk), wrong = [];
  const matrix = (await desk.run(['permissions'])).stdout.trim().split('\n').slice(1).map((l) => l.match(/^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/).slice(1));
  assert.ok(matrix.length > 90);
  const SELF = ['session.end', 'session.end_others', 'totp.start', 'recovery.create', 'token.create', 'totp.remove'];
  for (const [command, ...may] of matrix)
    for (const [i, name] of ['light', 'agent', 'lead', 'admin'].entries()) {
      if (SELF.includes(command)) continue;
      const a = await people[name].api(command, { _nothing: 1, nonsense_field: 1 });
      const refused = a.status === 403 && /Your access does not include/.test(a.json.detail);
      if (may[i] === 'yes' && refused) wrong.push(`${name} may ${command}: ${a.text}`);
      if (may[i] === '-' && a.status !== 403 && a.status !== 404) wrong.push(`${name} may not ${command}: ${a.status}`);
      if (a.status >= 500) wrong.push(`${command}: ${a.text}`);
    }
  const doc = (await desk.http('GET', '/api/v1/openapi.json')).json;
  for (const p of Object.keys(doc.paths)) {
    const a = await desk.http('POST', p, { json: {} });
    if (p.endsWith('/ticket.confirm')) continue;
    if (![401, 403].includes(a.status)) wrong.push(`nobody ${p}: ${a.status}`);
  }
  assert.deepEqual(wrong, []);
});

test('set-up: a link that works once; afterwards its pages are not there', async (t) => {
  const desk = await startDesk(t, { admin: false, address: false });
  const link = await until('the link is printed', () => desk.out.match(/\/setup\/(\S+)/)?.[1]), page = `/setup/${link}`;
  assert.equal((await desk.http('GET', '/setup/tend_set_nonsense')).status, 404);
  const got = await desk.http('GET', page), csrf = got.text.match(/name="_csrf" value="([^"]+)"/)[1];
  assert.equal(got.status, 200);
  const form = { _csrf: csrf, email: 'first@desk.example', name: 'First', password: 'correct horse battery staple', zone: 'Europe/Berlin' };
  const weak = await desk.http('POST', page, { form: { ...form, password: 'short' } });
  assert.equal(weak.status, 422);
  const done = await desk.http('POST', page, { form });
  assert.equal(done.status, 303, done.text);
  const cookie = 'tend=' + cookiesOf(done).tend;
  assert.equal((await desk.http('GET', '/me', { cookie })).status, 200);
  for (const p of [page, '/setup/tend_set_nonsense', '/setup/' + 'x'.repeat(52)])
    for (const m of ['GET', 'POST']) assert.equal((await desk.http(m, p, m === 'POST' ? { form: { ...form, email: 'second@desk.example' } } : {})).status, 404, `${m} ${p}`);
  await desk.restart();
  assert.doesNotMatch(desk.out, /\/setup\//);
  assert.equal((await desk.op('teammate.list', {})).items?.length ?? (await desk.op('teammate.list', {})).length, 1);
});

test('headers on every kind of answer, and none for other origins', async (t) => {
  const desk = await startDesk(t, { flags: ['--trusted-proxies', '127.0.0.1'] }), ann = await desk.person('ann@desk.example'), seen = new Set();
  const ask = async (what, a) => { const got = await a; seen.add(got.status); safe(got, `${what} (${got.status})`); return got; };
  const css = (await desk.http('GET', '/sign-in')).text.match(/\/static\/[^"]+\.css/)[0];
  await ask('page', desk.http('GET', '/', { cookie: ann.cookie }));
  const asset = await ask('asset', desk.http('GET', css));
  assert.match(asset.headers['cache-control'], /immutable/);
  if (asset.headers.etag) await ask('unchanged', desk.http('GET', css, { headers: { 'If-None-Match': asset.headers.etag } }));
  await ask('redirect', desk.http('GET', '/me'));
  await ask('no page', desk.http('GET', '/nothing/here', { cookie: ann.cookie }));
  await ask('no asset', desk.http('GET', '/static/no.css'));
  for (const m of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) { const a = await ask(m, desk.http(m, '/me', { cookie: ann.cookie })); assert.ok([404, 405, 400, 501].includes(a.status), `${m} ${a.status}`); }
  await ask('problem', desk.http('POST', '/api/v1/ticket.create', { json: {}, token: ann.token }));
  await ask('unauthenticated', desk.http('POST', '/api/v1/ticket.create', { json: {} }));
  await ask('wrong token', desk.http('POST', '/api/v1/ticket.create', { json: {}, token: 'tend_pat_x' }));
  await ask('forbidden', desk.http('GET', '/admin/teammates', { cookie: ann.cookie }));
  await ask('conflict', ann.api('ticket.reply', { ticket: 999, body: 'x' }));
  await ask('too large', desk.http('POST', '/live/presence', { cookie: ann.cookie, body: Buffer.alloc(5000), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }));
  await ask('too long', desk.http('GET', '/' + 'x'.repeat(9000)));
  await ask('too many headers', desk.http('GET', '/', { headers: Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`X-${i}`, 'y'])) }));
  await ask('large header', desk.http('GET', '/', { headers: { 'X-Big': 'y'.repeat(9000) } }));
  await ask('traversal', desk.http('GET', '/static/%2e%2e/%2e%2e/etc/passwd'));
  await ask('health', desk.http('GET', '/healthz'));
  await ask('metrics', desk.http('GET', '/metrics'));
  await ask('robots', desk.http('GET', '/robots.txt'));
  for (const want of [200, 303, 401, 403, 404, 405, 413, 414, 422, 431]) assert.ok(seen.has(want), `${want} was among ${[...seen]}`);
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1']) {
    const a = await desk.http('GET', '/api/v1/openapi.json', { headers: { Origin: origin } }), b = await desk.http('OPTIONS', '/api/v1/ticket.create', { headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
    for (const x of [a, b]) safe(x, origin);
  }
  const priv = await desk.http('GET', '/me', { cookie: ann.cookie });
  assert.equal(priv.headers['cache-control'], 'no-store');
  /* behind a proxy that speaks TLS */
  const { link } = await desk.op('teammate.link', { teammate: ann.id }), target = new URL(link).pathname, tls = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'desk.example' };
  const page = await desk.http('GET', target, { headers: tls }), csrf = page.text.match(/name="_csrf" value="([^"]+)"/)[1];
  assert.match(page.headers['strict-transport-security'], /max-age=31536000/);
  const inn = await desk.http('POST', target, { headers: tls, form: { _csrf: csrf } }), cookie = inn.headers['set-cookie'].find((c) => /tend_ses_/.test(c));
  assert.match(cookie, /^__Host-tend=/);
  for (const attr of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(cookie.includes(attr), cookie);
  assert.ok(!/Domain=/i.test(cookie));
  const plain = ann.signedIn.headers['set-cookie'].find((c) => /tend_ses_/.test(c));
  for (const attr of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(plain.includes(attr), plain);
});

test('sessions: a new id at each sign-in, none that a stranger chose, dead after sign-out, never in an address or a log', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const chosen = 'tend=tend_ses_' + 'A'.repeat(43), again = await desk.session(ann.id, chosen);
  assert.notEqual(again.cookie, chosen);
  assert.notEqual(again.cookie, ann.cookie);
  assert.equal((await desk.http('GET', '/me', { cookie: chosen })).status, 303);
  const third = await desk.session(ann.id, ann.cookie);
  assert.notEqual(third.cookie, ann.cookie);
  assert.notEqual(third.csrf, again.csrf, 'the mark of a form belongs to its session');
  await desk.http('POST', '/sign-out', { form: { _csrf: again.csrf }, cookie: again.cookie });
  assert.equal((await desk.http('GET', '/me', { cookie: again.cookie })).status, 303);
  assert.equal((await desk.http('GET', '/me', { cookie: third.cookie })).status, 200);
  /* a used link is dead */
  const { link } = await desk.op('teammate.link', { teammate: ann.id }), target = new URL(link).pathname;
  const csrf = (await desk.http('GET', target)).text.match(/name="_csrf" value="([^"]+)"/)[1];
  assert.equal((await desk.http('POST', target, { form: { _csrf: csrf } })).status, 303);
  assert.equal((await desk.http('POST', target, { form: { _csrf: csrf } })).status, 404);
  /* disabled: everything ends at once */
  await desk.op('teammate.disable', { teammate: ann.id });
  assert.equal((await desk.http('GET', '/me', { cookie: third.cookie })).status, 303);
  assert.equal((await ann.api('me.show')).status, 401);
  await desk.op('teammate.enable', { teammate: ann.id });
  assert.equal((await desk.http('GET', '/me', { cookie: third.cookie })).status, 303, 'the old session stays dead');
  /* idle and absolute ends */
  const bob = await desk.person('bob@desk.example');
  desk.clock(13 * 3600e6);
  assert.equal((await desk.http('GET', '/me', { cookie: bob.cookie })).status, 303, 'idle for 13 hours');
  for (const secret of [ann.token, bob.token, ann.cookie.slice(5), third.cookie.slice(5), target.split('/').pop(), ann.csrf]) assert.ok(!desk.log().includes(secret), 'a secret is in the log');
});

test('forged requests: of some thirty shapes none changes anything', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example'), bob = await desk.person('bob@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'mine', body: 'x', email: 'c@kite.example' }), before = await state(desk);
  const nobody = (await desk.http('GET', '/sign-in')).text.match(/name="_csrf" value="([^"]+)"/)[1];
  const own = `http://127.0.0.1:${desk.port}`, fields = { subject: 'forged', body: 'x', ticket, status: 'solved' };
  const shapes = [];
  for (const target of ['/do/ticket.create', '/do/ticket.delete', '/do/ticket.status']) {
    const f = target.endsWith('create') ? { subject: 'forged' } : target.endsWith('delete') ? { ticket } : { ticket, status: 'solved' };
    for (const [mark, headers] of [
      [undefined, {}], ['', {}], ['x', {}], [bob.csrf, {}], [nobody, {}], [ann.csrf + 'x', {}], [ann.csrf.slice(0, -1), {}],
      [ann.csrf, { Origin: 'https://evil.example' }], [ann.csrf, { Origin: 'null' }], [ann.csrf, { Origin: own + '.evil.example' }], [ann.csrf, { Origin: 'http://127.0.0.1' }], [ann.csrf, { Origin: own, 'Sec-Fetch-Site': 'cross-site' }],
      [ann.csrf, { 'Sec-Fetch-Site': 'cross-site' }], [ann.csrf, { 'Sec-Fetch-Site': 'same-site' }], [undefined, { Origin: own, 'Sec-Fetch-Site': 'same-origin' }], [undefined, { Referer: own + '/' }], [undefined, { 'X-Requested-With': 'XMLHttpRequest' }],
      [undefined, { 'X-CSRF-Token': bob.csrf }],
    ]) shapes.push([target, { form: { ...f, ...(mark === undefined ? {} : { _csrf: mark }) }, headers }]);
  }
  const body = JSON.stringify(fields);
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-7']) for (const c of ['ticket.create', 'ticket.delete']) shapes.push([`/api/v1/${c}`, { body, headers: { 'Content-Type': type } }]);
  shapes.push(['/api/v1/ticket.create', { ...multipart([['subject', 'forged']]) }], ['/do/ticket.create', { ...multipart([['subject', 'forged']]) }], [`/do/ticket.create?_csrf=${encodeURIComponent(ann.csrf)}`, { form: { subject: 'forged' } }],
    ['/do/ticket.create', { form: { subject: 'forged', _method: 'POST' }, headers: { 'X-HTTP-Method-Override': 'POST' } }], ['/sign-out', { form: {} }], ['/live/presence', { form: { ticket, state: 'writing' } }], ['/me/password', { form: { password: 'forged forged forged' } }]);
  assert.ok(shapes.length > 60);
  for (const [target, opts] of shapes) {
    const a = await desk.http('POST', target, { ...opts, cookie: ann.cookie });
    assert.ok(a.status >= 400 && a.status < 500, `${target} ${JSON.stringify(opts).slice(0, 160)}: ${a.status}`);
  }
  assert.equal(await state(desk), before);
  assert.equal((await desk.http('GET', '/me', { cookie: ann.cookie })).status, 200, 'still signed in');
  /* the real shapes work */
  for (const headers of [{}, { Origin: own }, { Origin: own, 'Sec-Fetch-Site': 'same-origin' }, { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }])
    assert.equal((await desk.form(ann, 'ticket.note', { ticket, body: JSON.stringify(headers) }, { headers })).status, 303, JSON.stringify(headers));
});

test('tokens: scope, date, revoking, another desk, no mixing with cookies', async (t) => {
  const desk = await startDesk(t), other = await startDesk(t), ann = await desk.person('ann@desk.example'), read = await desk.op('token.create', { name: 'r', scope: 'read', teammate: desk.admin.id, days: 2 }), write = await desk.op('token.create', { name: 'w', scope: 'write', teammate: desk.admin.id });
  const by = (token, c, input = {}) => desk.api(c, input, { token });
  assert.equal((await by(read.token, 'ticket.list')).status, 200);
  assert.equal((await by(read.token, 'ticket.create', { subject: 'x' })).status, 403);
  assert.equal((await by(write.token, 'ticket.create', { subject: 'x' })).status, 200);
  assert.equal((await by(write.token, 'setting.set', { key: 'mail.team_name', value: 'x' })).status, 403);
  for (const bad of [other.admin.token, read.token.slice(0, -1), read.token + 'x', 'tend_pat_', '', 'null', read.token.toUpperCase()]) assert.equal((await by(bad, 'ticket.list')).status, 401, bad);
  for (const scheme of ['Basic', 'bearer ', 'Token']) assert.equal((await desk.http('POST', '/api/v1/ticket.list', { json: {}, headers: { Authorization: `${scheme} ${read.token}` } })).status, 401, scheme);
  assert.equal((await desk.http('POST', `/api/v1/ticket.list?token=${read.token}&access_token=${read.token}`, { form: {} })).status >= 401, true);
  assert.equal((await desk.http('POST', '/api/v1/ticket.list', { json: {}, token: 'wrong', cookie: ann.cookie })).status, 401, 'a wrong token is not saved by a cookie');
  /* no token changes its own powers, its owner's password or second step */
  for (const [c, input] of [['token.create', { name: 'child', scope: 'admin' }], ['totp.start', {}], ['me.email', { email: 'new@x.example' }], ['recovery.create', {}]]) assert.ok((await by(desk.admin.token, c, input)).status >= 400, c);
  assert.ok(!JSON.stringify(await desk.op('token.list', { teammate: desk.admin.id })).includes(read.token), 'shown once');
  await desk.op('token.revoke', { token_id: write.token_id });
  assert.equal((await by(write.token, 'ticket.list')).status, 401, 'dead at once');
  desk.clock(3 * 86400e6);
  assert.equal((await by(read.token, 'ticket.list')).status, 401, 'past its date');
});

test('framing: what could desynchronise a proxy is refused, and the line is closed', async (t) => {
  const desk = await startDesk(t), ask = (text) => rawTalk(desk.where, text, 1500), h = `Host: 127.0.0.1:${desk.port}\r\n`;
  const bad = [
    `GET / HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\n${h}${h}\r\n`, `POST /sign-in HTTP/1.1\r\n${h}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, `POST /sign-in HTTP/1.1\r\n${h}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /sign-in HTTP/1.1\r\n${h}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, `POST /sign-in HTTP/1.1\r\n${h}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, `POST /sign-in HTTP/1.1\r\n${h}Content-Length: +3\r\n\r\nabc`, `POST /sign-in HTTP/1.1\r\n${h}Content-Length: 3 3\r\n\r\nabc`,
    `POST /sign-in HTTP/1.1\r\n${h}Content-Length: 0x3\r\n\r\nabc`, `POST /sign-in HTTP/1.1\r\n${h}Content-Length : 3\r\n\r\nabc`, `POST /sign-in HTTP/1.1\r\n${h} Content-Length: 3\r\n\r\nabc`, `GET / HTTP/1.1\r\n${h}X: a\x00b\r\n\r\n`, `GET / HTTP/1.1\r\n${h}X: a\rb\r\n\r\n`,
    `GET / HTTP/1.1\n${h.replace('\r', '')}\n`, `GET  / HTTP/1.1\r\n${h}\r\n`, `GET / HTTP/2.0\r\n${h}\r\n`, `GET /a b HTTP/1.1\r\n${h}\r\n`, `GET /%00 HTTP/1.1\r\n${h}\r\n`, `GET /static/../x HTTP/1.1\r\n${h}\r\n`, `GET //x HTTP/1.1\r\n${h}\r\n`, `GET /%2e%2e/x HTTP/1.1\r\n${h}\r\n`, `GET /a%2fb HTTP/1.1\r\n${h}\r\n`,
    `GET / HTTP/1.1\r\n${h}: x\r\n\r\n`, `GET / HTTP/1.1\r\n${h}A(b): x\r\n\r\n`, `POST /sign-in HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx`, `POST /sign-in HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n`, `\x16\x03\x01\x02\x00\x01\x00`, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  ];
  for (const text of bad) {
    const smuggled = await ask(text + `GET /healthz HTTP/1.1\r\n${h}\r\n`);
    assert.match(smuggled.split('\r\n')[0] || 'closed', /^(HTTP\/1\.1 (400|404|405|413|414|431|501|505)|closed)/, JSON.stringify(text));
    if (!/^HTTP\/1\.1 40[45]/.test(smuggled)) assert.ok((smuggled.match(/HTTP\/1\.1 \d/g) ?? []).length <= 1, `a second answer after ${JSON.stringify(text)}`);
  }
  /* two requests in one packet are two answers */
  const two = await ask(`GET /healthz HTTP/1.1\r\n${h}\r\nGET /healthz HTTP/1.1\r\n${h}Connection: close\r\n\r\n`);
  assert.equal((two.match(/HTTP\/1\.1 200/g) ?? []).length, 2);
  assert.equal((await desk.http('GET', '/healthz')).status, 200);
});

test('large bodies: who may not is answered by the head alone, before a byte is kept', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example'), lea = await desk.person('lea@desk.example', { access: 'lead' });
  /* only a head that announces 1 GB, and no body: an answer within the second is no answer to a body */
  const head = (path, headers, more = 'Content-Length: 1000000000', ms = 3000) => rawTalk(desk.where, `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${desk.port}\r\n${headers.map((h) => h + '\r\n').join('')}${more}\r\n\r\n`, ms);
  const json = 'Content-Type: application/json', form = 'Content-Type: multipart/form-data; boundary=x', by = (token) => `Authorization: Bearer ${token}`, cookie = (who) => `Cookie: ${who.cookie}`;
  for (const [what, want, path, headers] of [
    ['nobody', 401, '/api/v1/ticket.create', [form]], ['a dead token', 401, '/api/v1/ticket.create', [form, by('tend_pat_' + 'A'.repeat(43))]],
    ['no such command', 404, '/api/v1/ticket.nonsense', [form, by(ann.token)]], ['no session', 401, '/do/ticket.create', [form]], ['an old session', 401, '/do/ticket.create', [form, 'Cookie: tend=tend_ses_' + 'A'.repeat(43)]],
    ['an agent, a lead\'s command', 403, '/api/v1/account.import_csv', [form, by(ann.token)]], ['an agent, a lead\'s form', 403, '/do/account.upload_csv', [form, cookie(ann)]],
    ['from another site', 403, '/do/ticket.create', [form, cookie(ann), 'Sec-Fetch-Site: cross-site']], ['a command without files', 413, '/api/v1/ticket.list', [json, by(ann.token)]],
  ]) {
    const a = await head(path, headers);
    assert.match(a, new RegExp(`^HTTP/1\\.1 ${want} `), `${what}: ${a.slice(0, 80)}`);
    assert.match(a, /\r\nConnection: close\r\n/i, what);
    assert.doesNotMatch(a, /100 Continue/, what);
  }
  /* nobody may send more than memory holds, not even to what is open to all */
  assert.match(await head('/do/password.reset_ask', ['Content-Type: application/x-www-form-urlencoded'], 'Content-Length: 70000'), /^HTTP\/1\.1 (413|404) /);
  assert.match(await head('/api/v1/ticket.create', [form, 'Expect: 100-continue']), /^HTTP\/1\.1 401 /);
  assert.match(await head('/api/v1/ticket.create', [form, by(ann.token), 'Expect: 100-continue'], undefined, 500), /^HTTP\/1\.1 100 Continue/, 'who may is asked to go on');
  /* and is served: 3 MB by token, by session, and chunked */
  const log = 'x'.repeat(3 << 20), file = () => multipart([['subject', 'large'], ['body', 'b'], ['files', log, 'large.log', 'text/plain']]);
  const sent = await desk.http('POST', '/api/v1/ticket.create', { ...file(), token: ann.token });
  assert.equal(sent.status, 200, sent.text);
  const withForm = multipart([['_csrf', ann.csrf], ['subject', 'large'], ['body', 'b'], ['files', log, 'large.log', 'text/plain']]);
  const done = await desk.http('POST', '/do/ticket.create', { ...withForm, cookie: ann.cookie });
  assert.equal(done.status, 303, done.text);
  const noToken = await desk.http('POST', '/do/ticket.create', { ...file(), cookie: ann.cookie });
  assert.equal(noToken.status, 403, 'the form\'s own token is looked at as before');
  const chunked = file();   /* node sends a body of unknown length in chunks */
  const piped = await new Promise((resolve, reject) => {
    const req = http.request({ ...desk.where, method: 'POST', path: '/api/v1/ticket.create', headers: { 'Content-Type': chunked.headers['Content-Type'], Authorization: `Bearer ${lea.token}` } }, (res) => { res.resume(); res.on('end', () => resolve(res.statusCode)); });
    req.on('error', reject);
    req.write(chunked.body.subarray(0, 100000));
    req.end(chunked.body.subarray(100000));
  });
  assert.equal(piped, 200);
});

test('a customer with the link of our question: sees that question, answers it, and nothing else', async (t) => {
  const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url }), ann = await desk.person('ann@desk.example');
  const ask = async (email) => {
    const { ticket } = await ann.do('ticket.create', { subject: `question of ${email}`, body: 'x', email });
    await ann.do('ticket.note', { ticket, body: 'INTERNAL words' });
    await ann.do('ticket.status', { ticket, status: 'solved', rule: 'R0', reason: 'nothing is left to do' });
    await ann.do('ticket.confirm_ask', { ticket });
    const m = await sink.wait('the question', (x) => x.to[0] === email && /confirm\//.test(x.mail.text ?? ''));
    return { ticket, token: m.mail.text.match(/confirm\/([A-Za-z0-9._~-]+)/)[1] };
  };
  const a = await ask('a@one.example'), b = await ask('b@two.example');
  const page = await desk.http('GET', `/confirm/${a.token}`, { headers: HTML });
  assert.equal(page.status, 200);
  safe(page, 'confirm');
  assert.doesNotMatch(page.text, /INTERNAL|b@two\.example/);
  const status = async (x) => (await desk.op('ticket.show', { ticket: x.ticket })).status;
  for (const m of ['GET', 'HEAD']) await desk.http(m, `/confirm/${a.token}?answer=yes`);
  assert.equal(await status(a), 'solved', 'looking at a link answers nothing');
  const flipped = a.token.slice(0, -1) + (a.token.at(-1) === 'a' ? 'b' : 'a');
  for (const bad of [flipped, 'x', a.token.split('.')[0], a.token.replace(/^\d+/, '99')].filter((x) => x && x !== a.token)) assert.ok([404, 400].includes((await desk.http('GET', `/confirm/${bad}`)).status), bad);
  for (const p of ['/', '/queue/all', `/tickets/${a.ticket}`, `/tickets/${b.ticket}`, '/customers', '/search?q=question']) assert.equal((await desk.http('GET', p, { headers: { ...HTML, Referer: `/confirm/${a.token}` } })).status, 303, p);
  const csrf = page.text.match(/name="_csrf" value="([^"]+)"/)?.[1];
  const done = await desk.http('POST', '/do/ticket.confirm', { form: { _csrf: csrf, token: a.token, answer: 'no', comment: 'Still slow <script>' } });
  assert.ok([200, 303].includes(done.status), done.text);
  assert.equal(await status(a), 'open');
  assert.equal(await status(b), 'solved');
  for (const x of [a, b]) assert.ok(!desk.log().includes(x.token), 'the token is in no log');
});

test('files: types by their bytes, nothing runs in our origin, ranges are true, strangers get nothing', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', log = Buffer.from(Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(''));
  const made = await desk.http('POST', '/api/v1/ticket.create', { ...multipart([['subject', 'files'], ['body', 'x'], ['files', '<script>alert(1)</script>', 'page.html', 'text/html'], ['files', svg, 'p.svg', 'image/svg+xml'], ['files', png, 'p.png', 'text/html'],
    ['files', log, 'big.log', 'text/plain'], ['files', '', 'empty.txt', 'text/plain'], ['files', svg, 'liar.png', 'image/png'], ['files', '%PDF-1.4', 'd.pdf', 'application/pdf'], ['files', 'GIF89a<script>', 'g.gif', 'image/gif']]), token: ann.token });
  assert.equal(made.status, 200, made.text);
  const list = (await ann.do('ticket.attachments', { ticket: made.json.ticket })).items ?? (await ann.do('ticket.attachments', { ticket: made.json.ticket }));
  assert.equal(list.length, 8);
  const at = (f) => `/files/${f.attachment ?? f.id}/${encodeURIComponent(f.filename)}`, get = (f, headers = {}, who = ann) => desk.http('GET', at(f), { cookie: who.cookie, headers });
  for (const f of list) {
    const a = await get(f), inline = !/attachment/.test(a.headers['content-disposition'] ?? '');
    assert.equal(a.status, 200, f.filename);
    safe(a, f.filename);
    if (inline) assert.match(a.headers['content-type'], /^image\/(png|jpeg|gif|webp)$/, `${f.filename} inline as ${a.headers['content-type']}`);
    assert.doesNotMatch(a.headers['content-type'], /html|svg|xml|script/, f.filename);
    assert.match(a.headers['cache-control'], /no-store|private/, f.filename);
    const stranger = await get(f, HTML, {});
    assert.ok([303, 401, 404].includes(stranger.status), f.filename);
    assert.doesNotMatch(stranger.text, /alert|line 1/);
  }
  const big = list.find((f) => f.filename === 'big.log');
  assert.deepEqual((await get(big)).bytes, log);
  for (const [range, from, to] of [['bytes=0-9', 0, 10], ['bytes=10-', 10, log.length], ['bytes=-5', log.length - 5, log.length], [`bytes=${log.length - 1}-`, log.length - 1, log.length], ['bytes=5-99999999', 5, log.length]]) {
    const a = await get(big, { Range: range });
    assert.equal(a.status, 206, range);
    assert.deepEqual(a.bytes, log.subarray(from, to), range);
    assert.equal(a.headers['content-range'], `bytes ${from}-${to - 1}/${log.length}`);
  }
  for (const range of [`bytes=${log.length}-`, 'bytes=8589934592-', 'bytes=-0']) assert.equal((await get(big, { Range: range })).status, 416, range);
  for (const range of ['bytes=x-y', 'lines=1-2', 'bytes=9-1', 'bytes=0-1,3-4']) assert.ok([200, 206, 416].includes((await get(big, { Range: range })).status), range);
  assert.equal((await get(big, { Range: 'bytes=0-9', 'If-Range': '"other"' })).status, 200);
  const head = await desk.http('HEAD', at(big), { cookie: ann.cookie });
  assert.equal(head.headers['content-length'], String(log.length));
  assert.equal((await get(list.find((f) => f.filename === 'empty.txt'))).bytes.length, 0);
  for (const p of ['/files/999999/x', '/files/0/x', '/files/-1/x', `/files/${big.attachment ?? big.id}/..%2f..%2fsecret.key`]) assert.ok([400, 404].includes((await desk.http('GET', p, { cookie: ann.cookie })).status), p);
  const other = await get({ ...big, filename: 'other name.html' });
  assert.ok([200, 303, 404].includes(other.status));
  if (other.status === 200) assert.doesNotMatch(other.headers['content-type'] + other.headers['content-disposition'], /html/);
});
