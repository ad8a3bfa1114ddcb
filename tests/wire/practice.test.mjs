// Certification, calls and pairings at the four doors of the real program: the gate at a call's lead by form, API and command line, places by form, the
// calendar's link, and a mentor who leaves.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { BIN, startDesk, until } from '../lib/desk.mjs';

const day = d => new Date(Date.now() + d * 864e5).toISOString().slice(0, 10);

async function team(t) {
  const desk = await startDesk(t);
  const people = {};
  for (const [name, access] of [['max', 'lead'], ['mia', 'agent'], ['noa', 'agent']]) {
    people[name] = await desk.person(`${name}@desk.example`, { access, name });
    await desk.op('teammate.update', { teammate: people[name].id, role: 'customer_engineer' });
  }
  const { items } = await desk.op('certification.editions', { programme: 'demo' });
  const edition = items.find(e => e.valid_from === '2021-10-15').id;
  const { certification } = await desk.op('certification.start', { teammate: people.noa.id, mentor: people.mia.id, manager: people.max.id, edition });
  return { desk, ...people, certification };
}

test('an uncertified lead without a shadow is refused at every door, with the reason, and what was typed stays', async t => {
  const { desk, max, mia, noa, certification } = await team(t);
  const call = { title: 'First <look>', kind: 'demo', on: day(3), at: '10:00', zone: 'America/Toronto', lead: noa.id };
  const form = await desk.form(max, 'call.plan', { ...call, lead: String(noa.id), _back: '/calls/new', _next: '/calls/{call}' });
  assert.equal(form.status, 422);
  assert.match(form.text, /not cleared to lead a demonstration yet: the mentor has to clear them first/);
  assert.match(form.text, /value="First &lt;look&gt;"/);
  const api = await desk.http('POST', '/api/v1/call.plan', { token: max.token, json: call });
  assert.equal(api.status, 422);
  assert.match(api.text, /the mentor has to clear them first/);
  const answers = await desk.form(mia, 'certification.approve', { certification: String(certification), note: 'ready', _back: '/calls', _next: '/calls' });
  assert.equal(answers.status, 303, answers.text);
  await assert.rejects(desk.op('call.plan', call), /has to shadow this demonstration/);
  const planned = await desk.op('call.plan', { ...call, shadows: [mia.id] });
  assert.ok(planned.call > 0);
  const page = await desk.http('GET', `/calls/${planned.call}`, { cookie: noa.cookie });
  assert.equal(page.status, 200);
  assert.match(page.text, /First &lt;look&gt;/);
});

test('a newcomer takes a place by form, and the calendar by its signed link has the call until a new link is made', async t => {
  const { desk, max, noa } = await team(t);
  const { call } = await desk.op('call.plan', { title: 'Discovery; part 1, with commas', kind: 'discovery', on: day(4), at: '15:30', zone: 'Asia/Kolkata', minutes: 45 });
  const took = await desk.form(noa, 'call.join', { call: String(call), part: 'shadow', _back: '/calls', _next: '/calls' });
  assert.equal(took.status, 303, took.text);
  const again = await desk.form(max, 'call.join', { call: String(call), part: 'shadow', _back: '/calls', _next: '/calls' });
  assert.equal(again.status, 409);
  assert.match(again.text, /All shadow places of this call are taken/);
  const feed = await desk.http('POST', '/api/v1/call.feed', { token: noa.token, json: {} });
  assert.equal(feed.status, 200, feed.text);
  const link = new URL(feed.json.url).pathname;
  const file = await desk.http('GET', link);
  assert.equal(file.status, 200);
  assert.equal(file.headers['content-type'], 'text/calendar; charset=utf-8');
  const lines = file.text.replaceAll('\r\n ', '').split('\r\n');
  assert.ok(lines.includes('SUMMARY:Discovery\\; part 1\\, with commas (you shadow)'), file.text);
  assert.ok(lines.includes(`DTSTART:${day(4).replaceAll('-', '')}T100000Z`), file.text);
  assert.ok(lines.includes(`DTEND:${day(4).replaceAll('-', '')}T104500Z`), file.text);
  assert.equal((await desk.http('GET', link.slice(0, -1) + (link.endsWith('a') ? 'b' : 'a'))).status, 404);
  assert.equal((await desk.http('POST', '/api/v1/call.feed', { token: noa.token, json: {} })).status, 200);
  assert.equal((await desk.http('GET', link)).status, 404);
});

test('the mentor leaves: an open pairing, and a mail to the manager', async t => {
  const { desk, max, mia, noa } = await team(t);
  const { pairing } = await desk.op('pairing.make', { newcomer: noa.id, kind: 'mentor', partner: mia.id, manager: max.id, exception: 'the desk is new' });
  await desk.op('teammate.disable', { teammate: mia.id, reason: 'left' });
  const { items } = await desk.op('pairing.list', { state: 'open' });
  assert.deepEqual(items.map(i => [i.kind, i.newcomer]), [['mentor', noa.id]]);
  assert.equal((await desk.op('pairing.show', { pairing })).state, 'ended');
  const out = await until('the mail stands in the outbox', async () => (await desk.op('outbox.list', { max: 10 })).items.find(i => i.to === 'max@desk.example'));
  assert.ok(out);
  const page = await desk.http('GET', '/pairings', { cookie: max.cookie });
  assert.match(page.text, /1 needs somebody/);
});

test('the command line lists candidates with their reasons, and knows the certification', async t => {
  const { desk, noa, certification } = await team(t);
  const run = (...args) => { const r = spawnSync(BIN, [...args, '--data', desk.data], { encoding: 'utf8', timeout: 30000 }); assert.equal(r.status, 0, r.stderr); return r.stdout; };
  assert.match(run('pairing', 'candidates', '--newcomer', String(noa.id), '--kind', 'mentor'), /mia.*here for 0 days, 90 are asked for/);
  assert.match(run('certification', 'show', String(certification)), /not_started/);
});
