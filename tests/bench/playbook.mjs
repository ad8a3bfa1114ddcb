// The figures of playbooks in docs/figures.md: a plan of 1,000 tasks and 1,000 conditions built, shown, changed; 50 runs moved to another revision and back.
// Run: TEND_BIN=build-rel/src/tend node --test tests/bench/playbook.mjs   (TEND_DB for PostgreSQL, by tests/pg run). Prints; asserts only that it worked.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startDesk } from '../lib/desk.mjs';

const ROUNDS = 30;

function plan() {
  const sections = [{ key: 'top', title: 'Top', tasks: [{ key: 'ask', title: 'Ask', fields: [{ key: 'f', label: 'F' }] }] }];
  for (let s = 0; s < 10; s++) {
    const tasks = [];
    for (let i = s * 100; i < Math.min(s * 100 + 100, 999); i++)
      tasks.push({ key: `t${i}`, title: `Task number ${i} of a long plan`, who: ['newcomer'],
        due: i % 3 ? { from: 'due', of: `t${i - 1}`, offset: 'P1D', days: 'working' } : { from: 'start', offset: 'P3D', days: 'working' } });
    sections.push({ key: `s${s}`, title: `Part ${s}`, tasks });
  }
  const rules = [];
  for (let i = 0; i < 1000; i++) rules.push({ key: `r${i}`, when: [[{ of: 'f', is: 'equals', value: String(i % 7) }]], do: 'hide', targets: [`t${i % 999}`] });
  return { name: 'Large', subject: 'teammate', sections, rules };
}

let server;
/* Ticks of the server's process, 10 ms each: what a request costs whatever else the machine does. */
const cpu = () => { const f = readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) * 10; };

async function timed(name, n, fn) {
  const all = [], before = cpu();
  for (let i = 0; i < n; i++) {
    const from = process.hrtime.bigint();
    await fn(i);
    all.push(Number(process.hrtime.bigint() - from) / 1e6);
  }
  const each = (cpu() - before) / n;
  all.sort((a, b) => a - b);
  console.log(`  ${name.padEnd(52)} CPU ${each.toFixed(1)} ms   median ${all[n >> 1].toFixed(1)} ms   p95 ${all[Math.floor(n * 0.95)].toFixed(1)} ms`);
}

test('playbooks', { timeout: 300000 }, async t => {
  const desk = await startDesk(t, { verify: false });
  server = desk.child.pid;
  const ann = await desk.person('ann@desk.example', { access: 'admin', name: 'Ann' });
  const { playbook } = await desk.op('playbook.create', { name: 'Large' });
  await desk.op('playbook.replace', { playbook, plan: JSON.stringify(plan()) });
  await desk.op('playbook.publish', { playbook });
  const post = async (command, input) => {
    const a = await desk.http('POST', '/api/v1/' + command, { token: ann.token, json: input });
    assert.equal(a.status, 200, a.text);
    return a.json;
  };
  console.log('1,000 tasks, 1,000 conditions');
  const runs = [];
  await timed('built (run.start)', ROUNDS, async i => runs.push((await post('run.start', { playbook, subject: 'teammate', subject_id: ann.id, reference: `b${i}` })).run));
  let bytes = 0;
  const get = async path => {
    const a = await desk.http('GET', path, { cookie: ann.cookie });
    assert.equal(a.status, 200);
    bytes = Math.max(bytes, Buffer.byteLength(a.text));
  };
  await timed('shown (/playbook/run/N?section=s3)', ROUNDS, i => get(`/playbook/run/${runs[i]}?section=s3`));
  console.log(`  the page has ${(bytes / 1024).toFixed(1)} KB`);
  await timed('changed (run.answer: about 143 tasks hide or show)', ROUNDS, i => post('run.answer', { run: runs[0], field: 'f', value: String(i % 7) }));
  await timed('changed (run.done)', ROUNDS, i => post('run.done', { run: runs[1], task: `t${i}` }));
  bytes = 0;
  await timed('outline of the template (/playbooks/N?section=s3)', ROUNDS, () => get(`/playbooks/${playbook}?section=s3`));
  console.log(`  the page has ${(bytes / 1024).toFixed(1)} KB`);
  await timed('template changed (playbook.task_add)', ROUNDS, i => post('playbook.task_add', { playbook, title: `More ${i}`, section: 's9' }));
  await timed('what is mine (/playbook/mine)', ROUNDS, () => get('/playbook/mine'));
  await timed('published with all checks (playbook.publish)', 1, () => post('playbook.publish', { playbook }));
  await timed('30 runs of 1,000 tasks moved (run.move_all)', 1, () => post('run.move_all', { playbook, revision: 2 }));
  await timed('and moved back (run.undo_all)', 1, () => post('run.undo_all', { playbook, revision: 2 }));
});
