// One command, four doors: the same by form, JSON, multipart and command line; what is wrong is said at each field, and nothing half-done remains.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startDesk, multipart, until, request } from '../lib/desk.mjs';
import { messages } from '../lib/mail.mjs';

const problem = (a, status) => {
  assert.equal(a.status, status, a.text);
  assert.match(a.headers['content-type'], /^application\/problem\+json/);
  for (const k of ['type', 'title', 'status', 'detail', 'request_id']) assert.ok(k in a.json, `${k} in ${a.text}`);
  assert.equal(a.json.status, status);
  assert.match(a.json.type, /^urn:tend:problem:/);
  return a.json;
};
const fieldsOf = (p) => (p.errors ?? []).map((e) => e.field);
const count = async (desk) => (await desk.op('ticket.counts', {}));
const events = async (desk) => JSON.stringify((await desk.op('ticket.list', { view: 'all', max: 200 })).items.map((x) => [x.ticket, x.updated]));

test('the same command by form, JSON, multipart and command line', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const fields = { subject: 'Clone fails', body: 'Since Monday.', email: 'ola@fjord.example', name: 'Ola', priority: 'p2' };
  const form = await desk.form(ann, 'ticket.create', { ...fields, _next: '/?made={ticket}', _back: '/' });
  assert.equal(form.status, 303, form.text);
  const formId = Number(form.headers.location.match(/made=(\d+)/)[1]);
  assert.match(form.headers['set-cookie'].join(), /tend_flash=/);
  /* posted twice (a double click): the same ticket */
  const twice = await desk.form(ann, 'ticket.create', { ...fields, _next: '/?made={ticket}', _back: '/' });
  assert.equal(twice.headers.location, form.headers.location);
  const json = await ann.do('ticket.create', fields);
  const m = multipart([...Object.entries(fields), ['files', 'line one\nline two\n', 'gitserver.log', 'text/plain']]);
  const multi = await desk.http('POST', '/api/v1/ticket.create', { ...m, token: ann.token });
  assert.equal(multi.status, 200, multi.text);
  const log = path.join(desk.dir, 'other.log');
  writeFileSync(log, 'from the command line\n');
  const cli = await desk.run(['ticket', 'create', '--as', 'ann@desk.example', '--json', ...Object.entries(fields).flatMap(([k, v]) => ['--' + k, v]), '--files', log]);
  assert.equal(cli.status, 0, cli.stderr);
  const ids = [json.ticket, formId, multi.json.ticket, JSON.parse(cli.stdout).ticket], seen = [];
  for (const id of ids) {
    const s = await ann.do('ticket.show', { ticket: id });
    seen.push([s.subject, s.status, s.priority, s.requester.email, s.messages.items.length, s.messages.items[0].body, s.messages.items[0].author_name].join('|'));
  }
  assert.equal(new Set(seen).size, 1, seen.join('\n'));
  for (const id of ids.slice(2)) assert.equal((await messages(desk, id))[0].attachments.length, 1);
  const doors = [];
  for (const id of ids) doors.push((await ann.do('ticket.history', { ticket: id })).items.find((e) => e.kind === 'ticket.created').door);
  assert.deepEqual(doors, ['api', 'form', 'api', 'cli']);
  /* and as plain text for people */
  const text = await desk.run(['ticket', 'show', String(json.ticket)]);
  assert.equal(text.status, 0);
  assert.match(text.stdout, /Clone fails/);
  /* the body from standard input */
  const piped = await desk.run(['ticket', 'note', String(json.ticket), '--body', '-', '--json'], 'words by a pipe\n');
  assert.equal(piped.status, 0, piped.stderr);
  assert.ok((await messages(desk, json.ticket)).some((x) => x.body.trim() === 'words by a pipe'));
});

test('exit codes and messages of the command line', async (t) => {
  const desk = await startDesk(t), light = await desk.person('lia@desk.example', { access: 'light' });
  const made = (await desk.op('ticket.create', { subject: 'x', body: 'y', email: 'c@kite.example' })).ticket;
  const cases = [
    [['ticket', 'show', '99999'], 3, /./], [['ticket', 'show', 'abc'], 2, /--ticket/], [['ticket', 'show'], 2, /--ticket/], [['ticket', 'status', String(made), 'nonsense'], 2, /--status/],
    [['ticket', 'wrong'], 2, /there is no/], [['nonsense'], 2, /there is no/], [['ticket', 'show', '--nope', '1'], 2, /no option/], [['ticket', 'show', '1', '2', '3'], 2, /too many/],
    [['ticket', 'take', String(made), '--as', light.email], 4, /./], [['ticket', 'show', String(made), '--as', 'nobody@x.example'], null, /./], [['ticket', 'create', '--subject'], 2, /value/],
  ];
  for (const [args, code, says] of cases) {
    const r = await desk.run(args);
    if (code === null) assert.notEqual(r.status, 0, args.join(' '));
    else assert.equal(r.status, code, `${args.join(' ')}: ${r.stderr}`);
    assert.match(r.stderr, says, args.join(' '));
  }
  for (const args of [['help'], ['ticket', '--help'], ['ticket', 'reply', '--help'], ['version'], ['man'], ['completion', 'bash'], ['permissions'], ['routes', '--dump'], ['openapi']]) {
    const r = await desk.run(args);
    assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
    assert.ok(r.stdout.length > 5, args.join(' '));
  }
  /* without a server the command line opens the desk itself; the answer is the same */
  const with_ = await desk.run(['ticket', 'show', String(made), '--json']);
  await desk.stop();
  const without = await desk.run(['ticket', 'show', String(made), '--json']);
  assert.equal(without.status, 0, without.stderr);
  assert.deepEqual(JSON.parse(without.stdout), JSON.parse(with_.stdout));
});

test('what is wrong is said at each field, at every door, and nothing changes', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'one', body: 'b', email: 'c@kite.example' });
  const before = await events(desk);
  const cases = [
    ['ticket.create', {}, ['subject']], ['ticket.create', { subject: 7 }, ['subject']], ['ticket.create', { subject: 'x'.repeat(5000) }, ['subject']], ['ticket.create', { subject: 'x', nonsense: 1 }, ['nonsense']],
    ['ticket.create', { subject: 'x', email: 'no address' }, ['email']], ['ticket.create', { subject: 'x', priority: 'p9' }, ['priority']], ['ticket.create', { subject: 'x', severity: 'high' }, ['severity']],
    ['ticket.create', { subject: 'x', tags: [1, {}] }, ['tags']], ['ticket.create', { subject: 'x', cc: ['a'] }, ['cc']],
    ['ticket.show', { ticket: '9'.repeat(30) }, ['ticket']], ['ticket.show', { ticket: 1e300 }, ['ticket']], ['ticket.show', { ticket: -1 }, ['ticket']], ['ticket.show', { ticket: 1.5 }, ['ticket']], ['ticket.show', { ticket: '1e3' }, ['ticket']],
    ['ticket.show', { ticket: ' 1' }, null], ['ticket.show', { ticket: '0x1' }, ['ticket']], ['ticket.show', { ticket: '01' }, null], ['ticket.show', { ticket: null }, ['ticket']], ['ticket.show', { ticket: [1] }, ['ticket']], ['ticket.show', { ticket: { a: 1 } }, ['ticket']],
    ['ticket.show', { ticket: true }, ['ticket']], ['ticket.list', { max: 0 }, ['max']], ['ticket.list', { max: 99999999999999999999 }, null], ['ticket.list', { after: 'garbage' }, null], ['ticket.update', { ticket, subject: 'a\u0000b' }, null],
    ['ticket.update', { ticket, subject: 'a\nb' }, ['subject']], ['ticket.promise', { ticket, at: 'tomorrowish' }, null], ['ticket.status', { ticket, status: 'closedd' }, ['status']],
  ];
  for (const [command, input, fields] of cases) {
    const a = await ann.api(command, input);
    if (fields === null) { assert.ok(a.status < 500, `${command} ${JSON.stringify(input)}: ${a.text}`); continue; }
    const p = problem(a, 422);
    for (const f of fields) assert.ok(fieldsOf(p).includes(f), `${command} ${JSON.stringify(input).slice(0, 80)}: ${a.text}`);
    for (const e of p.errors) assert.ok(e.message.length > 5, a.text);
  }
  /* several at once, each with its message */
  const several = problem(await ann.api('ticket.create', { priority: 'p9', email: 'x', nonsense: 1 }), 422);
  for (const f of ['subject', 'priority', 'email', 'nonsense']) assert.ok(fieldsOf(several).includes(f), JSON.stringify(several));
  /* a form says it in the page it came from, with what was typed */
  const a = await desk.form(ann, 'me.update', { name: '', zone: 'Mars/Olympus', _back: '/me' });
  assert.equal(a.status, 422);
  assert.match(a.text, /Mars\/Olympus/);
  assert.match(a.headers['content-type'], /text\/html/);
  const asJson = await desk.form(ann, 'ticket.create', { priority: 'p9' }, { headers: { Accept: 'application/json' } });
  problem(asJson, 422);
  assert.equal(await events(desk), before);
});

test('bytes that are no text: invalid UTF-8 and NUL at every door', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const before = await events(desk);
  const bad = [Buffer.from([0xff, 0xfe]), Buffer.from([0xc0, 0xaf]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf5, 0x80, 0x80, 0x80]), Buffer.from([0])];
  for (const b of bad) {
    const json = await desk.http('POST', '/api/v1/ticket.create', { token: ann.token, headers: { 'Content-Type': 'application/json' }, body: Buffer.concat([Buffer.from('{"subject":"a'), b, Buffer.from('"}')]) });
    assert.ok([400, 422].includes(json.status), json.text);
    const enc = [...b].map((x) => '%' + x.toString(16).padStart(2, '0')).join('');
    const form = await desk.http('POST', '/do/ticket.create', { cookie: ann.cookie, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `_csrf=${encodeURIComponent(ann.csrf)}&subject=a${enc}` });
    assert.ok([400, 422].includes(form.status), form.text.slice(0, 200));
    const m = multipart([['_csrf', ann.csrf], ['subject', Buffer.concat([Buffer.from('a'), b])]]);
    const multi = await desk.http('POST', '/do/ticket.create', { ...m, cookie: ann.cookie });
    assert.ok([400, 422].includes(multi.status), multi.text.slice(0, 200));
    const query = await desk.http('GET', `/search?q=a${enc}`, { cookie: ann.cookie });
    assert.ok(query.status < 500, String(query.status));
    const route = await desk.http('GET', `/customers/1${enc}`, { cookie: ann.cookie });
    assert.ok(route.status >= 400 && route.status < 500);
  }
  const cli = await desk.run(['ticket', 'create', '--subject', '-', '--body', '-'], Buffer.from([0xff, 0xfe]));
  assert.notEqual(cli.status, 0);
  assert.equal(await events(desk), before);
});

test('JSON limits: depth, members, size, twice the same key, trailing words; and content types', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const post = (body, type = 'application/json') => desk.http('POST', '/api/v1/ticket.create', { token: ann.token, headers: { 'Content-Type': type }, body });
  const cases = [
    '{"subject":"a","subject":"b"}', '{"subject":' + '['.repeat(100000) + ']'.repeat(100000) + '}', '{' + Array.from({ length: 20000 }, (_, i) => `"k${i}":1`).join(',') + '}', '[1,2]', '"text"', '7', 'null', '{"subject":"a"} x', '{"subject":"a"', '', '\ufeff{"subject":"a"}',
    '{"subject":1e999999}', '{"subject":"\\ud800"}', "{'subject':'a'}", '{"subject":"a",}',
  ];
  for (const body of cases) {
    const began = Date.now(), a = await post(body);
    problem(a, a.status);
    assert.ok([400, 413, 422].includes(a.status), `${body.slice(0, 40)}: ${a.text}`);
    assert.ok(Date.now() - began < 2000, body.slice(0, 40));
  }
  problem(await post('{"subject":"' + 'x'.repeat(2 << 20) + '"}'), 413);
  for (const type of ['text/plain', 'application/xml', 'text/json']) assert.ok([415, 422].includes((await post('{"subject":"a"}', type)).status), type);
  assert.equal((await post('{"subject":"fine"}', 'application/json; charset=utf-8')).status, 200);
});

test('Idempotency-Key: the same answer, never twice; another body is refused; at the same time too', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example'), bob = await desk.person('bob@desk.example');
  const call = (who, key, input) => who.api('ticket.create', input, { headers: { 'Idempotency-Key': key } });
  const a = await call(ann, 'k1', { subject: 'once', body: 'x', email: 'c@kite.example' });
  const b = await call(ann, 'k1', { subject: 'once', body: 'x', email: 'c@kite.example' });
  assert.equal(a.status, 200, a.text);
  assert.equal(b.text, a.text);
  problem(await call(ann, 'k1', { subject: 'twice', body: 'x', email: 'c@kite.example' }), 422);
  const other = await call(bob, 'k1', { subject: 'once', body: 'x', email: 'c@kite.example' });
  assert.equal(other.status, 200);
  assert.notEqual(other.json.ticket, a.json.ticket, "a key is its owner's");
  const many = await Promise.all(Array.from({ length: 12 }, () => call(ann, 'race', { subject: 'race', body: 'x', email: 'c@kite.example' })));
  const ok = many.filter((x) => x.status === 200), busy = many.filter((x) => x.status !== 200);
  assert.ok(ok.length >= 1);
  assert.ok(busy.every((x) => [409, 503].includes(x.status)), busy.map((x) => x.text).join());
  assert.equal(new Set(ok.map((x) => x.json.ticket)).size, 1);
  assert.equal((await desk.op('ticket.list', { max: 200 })).items.filter((x) => x.subject === 'race').length, 1);
  for (const key of ['', 'x'.repeat(256)]) problem(await call(ann, key, { subject: 'n' }), 422);
  /* a failure is not remembered as a success */
  problem(await call(ann, 'k2', { subject: '' }), 422);
  assert.equal((await call(ann, 'k3', { subject: 'later', body: 'x' })).status, 200);
  /* a secret shown under a key is shown again, sealed in between */
  const s1 = await ann.api('ticket.note', { ticket: a.json.ticket, body: 'n' }, { headers: { 'Idempotency-Key': 'note' } });
  const s2 = await ann.api('ticket.note', { ticket: a.json.ticket, body: 'n' }, { headers: { 'Idempotency-Key': 'note' } });
  assert.equal(s1.text, s2.text);
  assert.equal((await messages(desk, a.json.ticket)).filter((m) => m.body === 'n').length, 1);
});

test('a list read page by page has everything once, while others write', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const made = [];
  for (let i = 0; i < 57; i++) made.push((await ann.do('ticket.create', { subject: `n${i}`, body: 'x', email: `c${i}@kite.example` })).ticket);
  const seen = [];
  let after, pages = 0;
  do {
    const page = await ann.do('ticket.list', { max: 10, ...(after ? { after } : {}) });
    assert.ok(page.items.length <= 10);
    seen.push(...page.items.map((x) => x.ticket));
    if (++pages === 2) await ann.do('ticket.create', { subject: 'meanwhile', body: 'x', email: 'm@kite.example' });
    after = page.next;
  } while (after && pages < 30);
  assert.equal(new Set(seen).size, seen.length, 'none twice');
  for (const id of made) assert.ok(seen.includes(id), `#${id}`);
  for (const list of ['contact.list', 'token.list', 'mail.inbox']) {
    const all = [];
    let next, n = 0;
    do {
      const page = await desk.admin.do(list, { max: 5, ...(next ? { after: next } : {}) });
      all.push(...page.items.map((x) => JSON.stringify(x)));
      next = page.next;
    } while (next && ++n < 60);
    assert.equal(new Set(all).size, all.length, list);
    if (list === 'contact.list') assert.equal(all.length, 58);
  }
  /* a cursor that a stranger made up is refused or empty, never a fault */
  for (const after of ['x', '-1', '9'.repeat(40), "1' OR '1'='1", '1,2,3', '{}', '\u202e']) assert.ok((await ann.api('ticket.list', { after })).status < 500, after);
});

test('reads by GET; a GET, HEAD or OPTIONS changes nothing', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'get', body: 'x', email: 'c@kite.example' });
  const got = await desk.http('GET', `/api/v1/ticket.show?ticket=${ticket}`, { token: ann.token });
  assert.equal(got.status, 200);
  assert.equal(got.json.subject, 'get');
  const before = await events(desk), doc = (await desk.http('GET', '/api/v1/openapi.json')).json;
  for (const [p, ops] of Object.entries(doc.paths)) {
    if (ops.get) continue;
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
      const a = await desk.http(method, `${p}?ticket=${ticket}&body=x&status=solved`, { token: desk.admin.token });
      assert.ok([405, 404, 501].includes(a.status), `${method} ${p}: ${a.status}`);
    }
  }
  for (const c of ['ticket.take', 'ticket.delete', 'session.end_others']) assert.equal((await desk.http('GET', `/do/${c}?ticket=${ticket}`, { cookie: ann.cookie })).status, 405);
  assert.equal(await events(desk), before);
});

test('openapi.json is valid, and every command in it answers', async (t) => {
  const desk = await startDesk(t), doc = (await desk.http('GET', '/api/v1/openapi.json')).json;
  const v = await new Validator().validate(structuredClone(doc));
  assert.ok(v.valid, JSON.stringify(v.errors, null, 1));
  const listed = new Set(Object.keys(doc.paths).map((p) => p.replace('/api/v1/', '')));
  const help = (await desk.run(['help'])).stdout;
  for (const c of listed) {
    const [noun, verb] = c.split('.');
    assert.match(help, new RegExp(`tend ${noun} ${verb}\\b`), `${c} at the command line`);
    assert.match(doc.paths[`/api/v1/${c}`].post.summary, /\w/);
  }
  const SELF = new Set(['session.end_others', 'token.revoke', 'totp.start']);
  for (const [p, ops] of Object.entries(doc.paths)) {
    const c = p.replace('/api/v1/', ''), schema = ops.post.requestBody?.content['application/json']?.schema;
    for (const input of [{}, { nonsense_field: 1 }]) {
      if (SELF.has(c) && !input.nonsense_field) continue;
      const a = await desk.admin.api(c, input);
      assert.ok(a.status < 500, `${c} ${JSON.stringify(input)}: ${a.text}`);
      if (a.status === 404) assert.doesNotMatch(a.text, /no command/, `${c}: ${a.text}`);   /* there may be nothing of theirs to show */
      if (input.nonsense_field) assert.ok([422, 401, 403].includes(a.status), `${c} takes an unknown field: ${a.text}`);
    }
    /* each declared field: a value of a wrong kind is answered by a message, never by a fault */
    for (const [name, f] of Object.entries(schema?.properties ?? {}))
      for (const value of [{}, [[]], -9e300, '\u202e' + 'x'.repeat(300), true]) {
        if (SELF.has(c)) continue;
        const a = await desk.admin.api(c, { [name]: value });
        assert.ok(a.status < 500, `${c} ${name}=${JSON.stringify(value).slice(0, 30)} (${f.type}): ${a.text}`);
      }
  }
});

test('a reply posted twice goes out once', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'twice', body: 'x', email: 'c@kite.example' });
  const s = await ann.do('ticket.show', { ticket });
  const seen = s.messages.items.at(-1).message;
  const one = await desk.form(ann, 'ticket.reply', { ticket, body: 'An answer', seen });
  const two = await desk.form(ann, 'ticket.reply', { ticket, body: 'An answer', seen });
  assert.equal(one.status, 303, one.text);
  assert.ok([303, 409].includes(two.status), String(two.status));
  assert.equal((await messages(desk, ticket)).filter((m) => m.body === 'An answer').length, 1);
});
