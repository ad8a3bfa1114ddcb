// The figures of triage in docs/figures.md: a case judged as it is made, the screen, a decision, on a demo desk of TICKETS tickets.
// Run: TEND_BIN=build-rel/src/tend TICKETS=100000 node --test tests/bench/triage.mjs   (TEND_DB for PostgreSQL, by tests/pg run). Prints; asserts only that it worked.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BIN, DB, folder, startDesk } from '../lib/desk.mjs';

const TICKETS = process.env.TICKETS ?? '100000', ROUNDS = 40;
let server;
/* Ticks of the server's process, 10 ms each: what a request costs whatever else the machine does. */
const cpu = () => { const f = readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) * 10; };

async function timed(name, fn) {
  const all = [], before = cpu();
  for (let i = 0; i < ROUNDS; i++) {
    const from = process.hrtime.bigint();
    await fn(i);
    all.push(Number(process.hrtime.bigint() - from) / 1e6);
  }
  const each = (cpu() - before) / ROUNDS;
  all.sort((a, b) => a - b);
  console.log(`  ${name.padEnd(52)} CPU ${each.toFixed(1)} ms   median ${all[ROUNDS >> 1].toFixed(1)} ms   p95 ${all[Math.floor(ROUNDS * 0.95)].toFixed(1)} ms`);
}

test('triage', { timeout: 900000 }, async t => {
  const data = path.join(folder(t, 'tend-bench-triage'), 'data');
  const to = DB === 'sqlite' ? ['--data', data] : ['--data', data, '--database', DB];
  const demo = spawnSync(BIN, ['demo', ...to, '--tickets', TICKETS, '--seed', '7'], { encoding: 'utf8', timeout: 800000 });
  assert.equal(demo.status, 0, demo.stderr);
  const desk = await startDesk(t, { data, db: DB === 'sqlite' ? 'sqlite' : undefined, verify: false });
  server = desk.child.pid;
  const mara = await desk.person('lena.v@desk.example', { name: 'Lena Vogt' });
  const post = async (command, input) => {
    const a = await desk.http('POST', '/api/v1/' + command, { token: mara.token, json: input });
    assert.equal(a.status, 200, a.text);
    return a.json;
  };
  const made = [];
  let bytes = 0;
  const get = async where => {
    const a = await desk.http('GET', where, { cookie: mara.cookie });
    assert.equal(a.status, 200);
    bytes = Buffer.byteLength(a.text);
  };
  console.log(`${TICKETS} tickets, ${DB === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`);
  await timed('a ticket made and judged', async i => made.push((await post('ticket.create', { subject: `Executor VMs time out on Kubernetes ${i}`,
    body: 'The executor VMs fail with a timeout since the upgrade; search and batch changes are slow. Some users are blocked.', name: 'Ines', email: 'ines@northwind.example' })).ticket));
  await timed('the screen of triage', i => get(`/triage/${made[i]}`));
  console.log(`    ${(bytes / 1024).toFixed(0)} KB`);
  await timed('a ticket’s own page with its card', i => get(`/tickets/${made[i]}`));
  await timed('a decision', i => post('triage.decide', { ticket: made[i], severity: 2, priority: 'p2', areas: ['deployment'], themes: ['executors'] }));
  await timed('whose would it have been (owner.ask)', () => desk.http('GET', '/api/v1/owner.ask?ask=how_to&on=2021-08-01', { token: mara.token }));
  await timed('what waits', () => get('/triage/all'));
  await timed('my customers', () => get('/my-customers?of=1'));
});
