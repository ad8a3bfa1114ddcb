// `tend calendar eval` and `tend sla simulate` against the examples, against answers worked out before, and against a second implementation of the
// rules, written from their text alone in another language (sla_oracle.py).
//   node --test tests/oracle/sla.mjs
//   SLA_QUESTIONS=50000 SLA_SEED=7 …      as many random questions and histories, from another seed (standard: 1,500 from 1)
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';

const root = new URL('../../', import.meta.url).pathname;
const tend = process.env.TEND_BIN ?? root + 'build/src/tend';
const oracle = root + 'tests/oracle/sla_oracle.py';
const golden = root + 'tests/golden/sla/';

function run(program, args, input) {
  const r = spawnSync(program, args, { input, maxBuffer: 1 << 30, encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trimEnd().split('\n').filter((l) => l !== '');
}

// The texts of errors are each side's own.
const plain = (line) => {
  const a = JSON.parse(line);
  if ('error' in a) {
    assert.ok(typeof a.error === 'string' || a.error === true);
    a.error = true;
  }
  return a;
};

function compare(ours, theirs, input) {
  const questions = input.trimEnd().split('\n').filter((l) => JSON.parse(l).kind !== 'policy_set');
  const a = run(tend, ours, input), b = run('python3', [oracle, theirs], input);
  assert.equal(a.length, questions.length);
  assert.equal(b.length, questions.length);
  questions.forEach((q, i) => assert.deepEqual(plain(a[i]), plain(b[i]), q));
  return a;
}

for (const f of readdirSync(golden).filter((n) => n.endsWith('.jsonl'))) {
  const calendar = f.includes('calendar');
  test(`${f}: as expected, and the second implementation says the same`, () => {
    const text = readFileSync(golden + f, 'utf8');
    const answers = compare(calendar ? ['calendar', 'eval'] : ['sla', 'simulate'], calendar ? 'calendar' : 'simulate', text);
    let i = 0;
    for (const line of text.trimEnd().split('\n')) {
      const q = JSON.parse(line);
      if (q.kind === 'policy_set') continue;
      const { id, ...a } = plain(answers[i++]);
      assert.equal(id, q.id);
      const expected = calendar ? ('expect' in q ? q.expect : q.expect_seconds) : q.expect;
      assert.deepEqual(calendar ? ('error' in a ? 'error' : a.result) : q.kind === 'scenario' ? a.cases : a, expected, line);
    }
  });
}

const count = process.env.SLA_QUESTIONS ?? '1500', seed = process.env.SLA_SEED ?? '1';

test('random questions about random calendars', () => {
  compare(['calendar', 'eval'], 'calendar', run('python3', [oracle, 'make-calendar', seed, count]).join('\n') + '\n');
});

test('random histories under random policies, with a proof for every clock', () => {
  const input = run('python3', [oracle, 'make-scenarios', seed, count]).join('\n') + '\n';
  const kpi = JSON.parse(compare(['sla', 'simulate'], 'simulate', input).at(-1));
  for (const outcome of ['not_started', 'running', 'met', 'breached', 'cancelled', 'no_target'])
    assert.ok(kpi.first_response[outcome] >= count / 100, `${outcome} comes up too seldom to mean anything`);
  for (const line of run(tend, ['sla', 'simulate', '--explain'], input)) {
    const a = JSON.parse(line);
    assert.ok(!('error' in a), line);
    for (const c of Object.values(a.cases ?? {}))
      for (const k of [c.first_response, c.resolution, ...c.next_response, ...c.periodic_update]) {
        if (k.outcome === 'not_started') continue;
        let at = k.start, sum = 0;
        for (const s of k.spans) {
          assert.equal(s.from, at, line);
          at = s.to;
          sum += s.counted_seconds;
        }
        if (k.due) assert.equal(at, k.spans.length ? k.due : at, line);
        assert.equal(sum, k.due ? k.target_seconds : k.elapsed_seconds, line);
        assert.ok(k.sentence.length > 20);
      }
  }
});

test('bad lines are answered one by one, blank ones skipped, CRLF and a missing last newline no matter', () => {
  const good = JSON.stringify({ id: 'g', tz: 'UTC', weekly: {}, holidays: [], op: 'validate' });
  const answers = run(tend, ['calendar', 'eval'], `${good}\r\n\n   \nnonsense\n[1]\n{"id":7,"id":8}\n{"id":"big","business_seconds":99999999999999999999}\n${good}`);
  assert.deepEqual(answers.map((l) => JSON.parse(l)).map((a) => [a.id, a.result ?? 'error']),
    [['g', 'valid'], [null, 'error'], [null, 'error'], [null, 'error'], ['big', 'error'], ['g', 'valid']]);
  // what is good JSON and no calendar is told so, whatever our parser makes of it
  const odd = (id, part) => `{"id":"${id}","weekly":{},"holidays":[],"op":"validate","tz":"UTC",${part}}`;
  const odder = run(tend, ['calendar', 'eval'], [odd('nul', '"tz":"UTC\\u0000"').replace('"tz":"UTC",', ''), odd('key', '"weekly":{"mon\\u0000":[]}').replace('"weekly":{},', ''),
    odd('twice', '"weekly":{"mon":[],"mon":[]}').replace('"weekly":{},', ''), odd('local', '"tz":"localtime"').replace('"tz":"UTC",', ''),
    odd('right', '"tz":"right/UTC"').replace('"tz":"UTC",', ''), odd('kept', '"note":"\\\\u0000 \\u0000"')].join('\n'));
  assert.deepEqual(odder.map((l) => JSON.parse(l)).map((a) => [a.id, a.result]),
    [['nul', 'invalid'], ['key', 'invalid'], ['twice', 'invalid'], ['local', 'invalid'], ['right', 'invalid'], ['kept', 'valid']]);
  const sim = run(tend, ['sla', 'simulate'], '{"kind":"policy_set","name":"x"}\n{"kind":"scenario","id":"s","policy_set":"x"}\n{"kind":"dance","id":"d"}\n{"id":"n"}\n');
  assert.deepEqual(sim.map((l) => JSON.parse(l)).map((a) => [a.id, typeof a.error]), [[null, 'string'], ['s', 'string'], ['d', 'string'], ['n', 'string']]);
  assert.equal(spawnSync(tend, ['sla', 'simulate'], { input: '' }).stdout.length, 0);
  assert.equal(spawnSync(tend, ['sla', 'simulate', '--please'], { input: '' }).status, 2);
});
