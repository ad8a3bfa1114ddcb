// `tend certification eval` against a second implementation of the rule, written from its text alone in another language (certification_oracle.py).
//   node --test tests/oracle/certification.mjs
//   CERTIFICATION_LISTS=50000 CERTIFICATION_SEED=7 …      as many random lists of events, from another seed (standard: 6,000 from 1)
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';

const root = new URL('../../', import.meta.url).pathname;
const tend = process.env.TEND_BIN ?? root + 'build/src/tend';
const oracle = root + 'tests/oracle/certification_oracle.py';

function run(program, args, input) {
  const r = spawnSync(program, args, { input, maxBuffer: 1 << 30, encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trimEnd().split('\n');
}

// The texts of errors are each side's own.
const plain = (line) => {
  const a = JSON.parse(line);
  if ('error' in a) {
    assert.ok(typeof a.error === 'string' && a.error.length > 0);
    a.error = true;
  }
  return a;
};

function compare(input) {
  const questions = input.trimEnd().split('\n');
  const ours = run(tend, ['certification', 'eval'], input), theirs = run('python3', [oracle, 'answer'], input);
  assert.equal(ours.length, questions.length);
  assert.equal(theirs.length, questions.length);
  const seen = {};
  questions.forEach((q, i) => {
    const a = plain(ours[i]);
    assert.deepEqual(a, plain(theirs[i]), q);
    const key = a.error ? 'error' : a.state;
    seen[key] = (seen[key] ?? 0) + 1;
  });
  return seen;
}

test('examples and cases', () => {
  for (const f of ['examples-certification', 'certification-rules']) compare(readFileSync(`${root}tests/golden/growth/${f}.jsonl`, 'utf8'));
});

test('random lists of events', () => {
  const count = process.env.CERTIFICATION_LISTS ?? '6000', seed = process.env.CERTIFICATION_SEED ?? '1';
  const seen = compare(run('python3', [oracle, 'make', seed, count]).join('\n') + '\n');
  console.log(JSON.stringify(seen));
  for (const s of ['not_started', 'practising', 'cleared', 'certified', 'revoked', 'error'])
    assert.ok(seen[s] >= count / 200, `${s} comes up too seldom to mean anything: ${seen[s]}`);
});

test('lines are answered one by one, bad ones too, blank ones skipped, CRLF and a missing last newline no matter', () => {
  const q = (id) => JSON.stringify({ id, programme: { competencies: [], max_score: 3, scorers: ['m'], pass: 'any', min_led_sessions: 0 },
    asof: '2022-12-31T00:00:00Z', events: [] });
  const answers = run(tend, ['certification', 'eval'], `${q('a')}\r\n\n   \nnonsense\n${q('b')}`).map((l) => JSON.parse(l));
  assert.deepEqual(answers.map((a) => [a.id, a.state ?? 'error']), [['a', 'not_started'], [null, 'error'], ['b', 'not_started']]);
  assert.equal(spawnSync(tend, ['certification', 'eval'], { input: '' }).stdout.length, 0);
});

test('a line over the ceiling is refused and the next one answered', () => {
  const answers = run(tend, ['certification', 'eval'], '{"id":"' + 'x'.repeat((32 << 20) + 10) + '"}\n{"id":"b"}\n').map((l) => JSON.parse(l));
  assert.deepEqual(answers.map((a) => [a.id, a.error.includes('longer')]), [[null, true], ['b', false]]);
});
