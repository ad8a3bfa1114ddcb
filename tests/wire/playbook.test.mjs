// Playbooks through the doors: a file comes in by a form, is followed by forms without a script, at the command line and by the API, and every door says the same.
import test from 'node:test';
import assert from 'node:assert/strict';
import { startDesk, multipart } from '../lib/desk.mjs';

const TABLE = 'section,title,who,due,days,field,type,choices,required\r\nWeek 1,Say what you use,newcomer,P1D,working,System,choice,Linux|Mac,yes\r\n,Meet the team,,P3D,,,,,\r\n';

/* A form of a page, with or without a file. */
function form(desk, who, command, { file, ...fields }) {
  if (!file) return desk.form(who, command, fields);
  const m = multipart([['_csrf', who.csrf], ...Object.entries(fields), ['file', file, 'weeks.csv', 'text/csv']]);
  return desk.http('POST', '/do/' + command, { cookie: who.cookie, ...m });
}

test('a table comes in by a form, is published, started, answered and ticked without a script', { timeout: 120000 }, async t => {
  const desk = await startDesk(t);
  const lead = await desk.person('lead@desk.example', { access: 'lead', name: 'Lea Lead' });
  const noa = await desk.person('noa@desk.example', { access: 'agent', name: 'Noa New' });
  const there = (await desk.op('playbook.list')).items.length;
  /* a row with something wrong: nothing is taken in, and the page names it */
  let a = await form(desk, lead, 'playbook.import', { _back: '/playbooks/import', _next: '/playbooks/{playbook}', file: TABLE + ',Bad,,soon,,,,,\r\n' });
  assert.equal(a.status, 422, a.text.slice(0, 500));
  assert.match(a.text, /line 4/);
  assert.equal((await desk.op('playbook.list')).items.length, there);
  a = await form(desk, lead, 'playbook.import', { _back: '/playbooks/import', _next: '/playbooks/{playbook}', file: TABLE });
  assert.equal(a.status, 303, a.text.slice(0, 500));
  const playbook = Number(a.headers.location.match(/\/playbooks\/(\d+)/)[1]), page = `/playbooks/${playbook}`;
  assert.match((await desk.http('GET', page, { cookie: lead.cookie })).text, /Say what you use/);
  /* an agent sees it and changes nothing */
  assert.equal((await form(desk, noa, 'playbook.publish', { _back: page, playbook })).status, 403);
  assert.equal((await desk.http('GET', page + '/task', { cookie: noa.cookie })).status, 403);
  /* what was typed wrongly stays in the form */
  a = await form(desk, lead, 'playbook.task_add', { _back: page + '/task', playbook, title: 'Talk <b>', due_from: 'start', due_offset: 'three days' });
  assert.equal(a.status, 422);
  assert.match(a.text, /value="Talk &lt;b&gt;"/);
  assert.match(a.text, /is written like P3D/);
  assert.equal((await form(desk, lead, 'playbook.move', { _back: page, playbook, step: 'meet-the-team up' })).status, 303);
  assert.equal((await form(desk, lead, 'playbook.move', { _back: page, playbook, step: 'meet-the-team down' })).status, 303);
  assert.equal((await form(desk, lead, 'playbook.publish', { _back: page, playbook })).status, 303);
  /* the command line starts it, the form follows it */
  const said = await desk.run(['run', 'start', '--playbook', String(playbook), '--subject', 'teammate', '--subject-id', String(noa.id), '--reference', 'noa', '--cast', 'manager=lead@desk.example',
    '--as', 'lead@desk.example', '--json']);
  assert.equal(said.status, 0, said.stderr);
  const { run } = JSON.parse(said.stdout), here = `/playbook/run/${run}`;
  assert.match((await desk.http('GET', here, { cookie: noa.cookie })).text, /0 of 2/);
  a = await form(desk, noa, 'run.done', { _back: here, run, task: 'say-what-you-use' });
  assert.equal(a.status, 422);
  assert.match(a.text, /Answer “System” first/);
  assert.equal((await form(desk, noa, 'run.answer', { _back: `${here}/task?key=say-what-you-use`, run, field: 'system', value: 'Plan 9' })).status, 422);
  assert.equal((await form(desk, noa, 'run.answer', { _back: `${here}/task?key=say-what-you-use`, run, field: 'system', value: 'Mac' })).status, 303);
  assert.equal((await form(desk, noa, 'run.done', { _back: here, run, task: 'say-what-you-use' })).status, 303);
  assert.match((await desk.http('GET', '/playbook/mine', { cookie: noa.cookie })).text, /Nothing waits for you/);
  /* the API ends it; two at once are one */
  const both = await Promise.all([noa, lead].map(w => desk.http('POST', '/api/v1/run.done', { token: w.token, json: { run, task: 'meet-the-team' } })));
  assert.deepEqual(both.map(b => b.status).sort(), [200, 409]);
  const shown = await noa.do('run.show', { run });
  assert.equal(shown.state, 'completed');
  /* the same reference again is the same run */
  const again = await lead.do('run.start', { playbook, subject: 'teammate', subject_id: noa.id, reference: 'noa' });
  assert.deepEqual([again.run, again.existing], [run, true]);
  /* a file as an answer: kept, counted by `tend verify`, given back as it was, and as nothing a browser would run */
  const { playbook: small } = await desk.op('playbook.create', { name: 'Small' });
  await desk.op('playbook.task_add', { playbook: small, title: 'Show it' });
  await desk.op('playbook.field_add', { playbook: small, task: 'show-it', label: 'Proof', type: 'file' });
  await desk.op('playbook.publish', { playbook: small });
  const { run: second } = await noa.do('run.start', { playbook: small });
  const up = await desk.http('POST', '/api/v1/run.answer', { token: noa.token, ...multipart([['run', String(second)], ['field', 'proof'], ['file', '<script>alert(1)</script>', 'a b.html', 'text/html']]) });
  assert.equal(up.status, 200, up.text);
  const down = await desk.http('GET', `/playbook/run/${second}/file?field=proof`, { cookie: lead.cookie });
  assert.equal(down.text, '<script>alert(1)</script>');
  assert.equal(down.headers['content-type'], 'application/octet-stream');
  assert.match(down.headers['content-disposition'], /^attachment; filename\*=UTF-8''a%20b\.html/);
  assert.equal((await desk.http('GET', `/playbook/run/${second}/file?field=other`, { cookie: lead.cookie })).status, 404);
  assert.equal((await desk.http('GET', `/playbook/run/${second}/file?field=proof`)).status, 303);
  /* out, and in again to the same */
  const out = await desk.http('GET', `/api/v1/playbook.export?playbook=${playbook}`, { token: noa.token });
  const copy = await desk.http('POST', '/api/v1/playbook.import', { token: lead.token, ...multipart([['file', out.text, 'weeks.json', 'application/json']]) });
  assert.equal(copy.status, 200, copy.text);
  assert.deepEqual((await desk.http('GET', `/api/v1/playbook.export?playbook=${copy.json.playbook}`, { token: noa.token })).json, out.json);
});
