// Live updates: an event within a second of the mail, none missed across a restart, presence, and streams that end with their session.
import test from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { startDesk, until, sleep } from '../lib/desk.mjs';
import { letter, land } from '../lib/mail.mjs';

/* A stream of server-sent events: { events: [{id, event, data}], closed, status, end() }. */
function listen(desk, target, { cookie, token, headers = {}, last } = {}) {
  const s = { events: [], closed: false, status: 0, last: undefined };
  const req = http.request({ ...desk.where, path: target, agent: false, headers: { Accept: 'text/event-stream', ...(cookie ? { Cookie: cookie } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(last !== undefined ? { 'Last-Event-ID': String(last) } : {}), ...headers } }, (res) => {
    s.status = res.statusCode;
    s.headers = res.headers;
    let buf = '';
    res.on('data', (d) => {
      buf += d;
      for (let at; (at = buf.indexOf('\n\n')) >= 0; buf = buf.slice(at + 2)) {
        const e = { at: Date.now() };
        for (const line of buf.slice(0, at).split('\n')) {
          const [, k, v] = line.match(/^(\w+): ?(.*)$/) ?? [];
          if (k) e[k] = v;
        }
        if (e.data !== undefined) { try { e.data = JSON.parse(e.data); } catch { /* text */ } }
        if (e.id) s.last = e.id;
        if (e.event) s.events.push(e);
      }
    });
    res.on('close', () => { s.closed = true; });
    res.on('error', () => {});
  });
  req.on('error', () => { s.closed = true; });
  req.end();
  s.end = () => req.destroy();
  s.ready = () => until('the stream opens', () => s.events.some((e) => e.event === 'hello') || s.closed || (s.status && s.status !== 200));
  s.kinds = () => s.events.filter((e) => e.event === 'ticket').map((e) => e.data.kind);
  return s;
}

test('a mail is in the stream within a second', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const s = listen(desk, '/live?topic=tickets', ann);
  await s.ready();
  assert.equal(s.status, 200);
  assert.match(s.headers['content-type'], /^text\/event-stream/);
  const began = Date.now();
  await desk.lmtp({ from: 'ines@northwind.example', to: ['support@desk.example'], raw: letter() });
  const e = await until('the event', () => s.events.find((x) => x.data?.kind === 'ticket.created'));
  assert.ok(e.at - began < 1000, `${e.at - began} ms`);
  assert.ok(e.data.ticket > 0 && e.id > 0);
  t.diagnostic(`${e.at - began} ms from the mail to the event`);
  s.end();
});

test('Last-Event-ID: no event missed and none twice, across breaks and a restart of the desk', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example');
  const { ticket } = await ann.do('ticket.create', { subject: 'live', body: 'x', email: 'c@kite.example' });
  let s = listen(desk, '/live?topic=tickets', ann);
  await s.ready();
  const got = [], made = [];
  let from = s.last;
  for (let round = 0; round < 6; round++) {
    const writing = (async () => { for (let i = 0; i < 10; i++) made.push((await ann.do('ticket.note', { ticket, body: `n${round}.${i}` })).event); })();
    await sleep(20);
    s.end();   /* the line breaks while others write */
    got.push(...s.events.filter((e) => e.event === 'ticket').map((e) => Number(e.id)));
    from = s.last ?? from;
    await writing;
    if (round === 2) await desk.restart();
    s = listen(desk, '/live?topic=tickets', { ...ann, last: from });
    await s.ready();
  }
  await until('all arrived', () => made.every((id) => got.includes(id) || s.events.some((e) => Number(e.id) === id)), 5000).catch(() => {});
  s.end();
  got.push(...s.events.filter((e) => e.event === 'ticket').map((e) => Number(e.id)));
  assert.deepEqual(made.filter((id) => !got.includes(id)), [], 'none missed');
  assert.equal(new Set(got).size, got.length, 'none twice');
  for (const last of ['x', '-1', '1.5', '9'.repeat(40)]) { const b = listen(desk, '/live?topic=tickets', { ...ann, last }); await b.ready(); assert.equal(b.status, 422, last); b.end(); }
  /* from the very beginning: everything, or a word to reload */
  const all = listen(desk, '/live?topic=tickets', { ...ann, last: 0 });
  await all.ready();
  await until('history', () => all.events.some((e) => e.event === 'reload') || made.every((id) => all.events.some((e) => Number(e.id) === id)));
  all.end();
});

test('presence: who looks and who writes, to the others only', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example', { name: 'Ann' }), bob = await desk.person('bob@desk.example', { name: 'Bob' });
  const { ticket } = await ann.do('ticket.create', { subject: 'p', body: 'x', email: 'c@kite.example' });
  const a = listen(desk, `/live?ticket=${ticket}`, ann), b = listen(desk, `/live?ticket=${ticket}`, bob);
  await Promise.all([a.ready(), b.ready()]);
  const say = (who, state) => desk.http('POST', '/live/presence', { form: { _csrf: who.csrf, ticket, state }, cookie: who.cookie });
  assert.equal((await say(bob, 'writing')).status, 204);
  const e = await until('Ann sees Bob', () => a.events.find((x) => x.event === 'presence'));
  assert.deepEqual([e.data.name, e.data.state, e.data.teammate], ['Bob', 'writing', bob.id]);
  assert.ok(!b.events.some((x) => x.event === 'presence'), 'Bob does not see himself');
  await say(bob, 'gone');
  await until('Bob is gone', () => a.events.filter((x) => x.event === 'presence').at(-1).data.state === 'gone');
  assert.equal((await desk.http('POST', '/live/presence', { form: { ticket, state: 'writing' }, cookie: bob.cookie })).status, 403, 'without its mark');
  assert.equal((await say(bob, 'dancing')).status, 422);
  a.end(); b.end();
});

test('a stream is for teammates, from our own pages; it ends within 5 s of its session, its token, its person', async (t) => {
  const desk = await startDesk(t), ann = await desk.person('ann@desk.example'), bob = await desk.person('bob@desk.example'), cy = await desk.person('cy@desk.example');
  for (const [who, want] of [[{}, [303, 401]], [{ cookie: 'tend=tend_ses_nonsense' }, [303, 401]], [{ cookie: ann.cookie, headers: { 'Sec-Fetch-Site': 'cross-site' } }, [403]], [{ cookie: ann.cookie, headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } }, [403]]]) {
    const s = listen(desk, '/live?topic=tickets', who);
    await until('an answer', () => s.status);
    assert.ok(want.includes(s.status), `${JSON.stringify(who)}: ${s.status}`);
    s.end();
  }
  const streams = { 'signed out': listen(desk, '/live?topic=tickets', { cookie: ann.cookie }), disabled: listen(desk, '/live?topic=tickets', { cookie: bob.cookie }), 'token revoked': listen(desk, '/live?topic=tickets', { token: cy.token }) };
  await Promise.all(Object.values(streams).map((s) => s.ready()));
  for (const s of Object.values(streams)) assert.equal(s.status, 200);
  assert.equal((await desk.http('POST', '/sign-out', { form: { _csrf: ann.csrf }, cookie: ann.cookie })).status, 303);
  await desk.op('teammate.disable', { teammate: bob.id });
  const tokens = (await desk.op('token.list', { teammate: cy.id })).items;
  await desk.op('token.revoke', { token_id: tokens[0].token_id ?? tokens[0].id });
  const began = Date.now();
  for (const [why, s] of Object.entries(streams)) { await until(`the stream ends: ${why}`, () => s.closed, 6500); }
  t.diagnostic(`the last ended after ${Date.now() - began} ms`);
  assert.ok([303, 401].includes((await desk.http('GET', '/me', { cookie: ann.cookie })).status));
  assert.equal((await bob.api('me.show')).status, 401);
  assert.equal((await cy.api('me.show')).status, 401);
});
