// The dates of plans, in twelve zones, against a second implementation in another language (plan_dates.py): outcome_cohort_test makes a cohort of newcomers and
// writes down every date of every plan.
//   node --test tests/oracle/plan_dates.mjs
//   TEND_COHORT=200 …                                       the full cohort
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import assert from 'node:assert/strict';

const root = new URL('../../', import.meta.url).pathname;
const program = path.join(path.dirname(process.env.TEND_BIN ?? root + 'build/src/tend'), 'outcome_cohort_test');

test('every date of a cohort is what Python says', { timeout: 1800000 }, t => {
  const dir = mkdtempSync(path.join(tmpdir(), 'tend-plans-')), dump = path.join(dir, 'dates.jsonl');
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const made = spawnSync(program, [], { env: { TEND_COHORT: '12', ...process.env, TEND_COHORT_DUMP: dump, TEND_SOURCE_ROOT: root }, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  const said = spawnSync('python3', [root + 'tests/oracle/plan_dates.py', dump], { encoding: 'utf8' });
  assert.equal(said.status, 0, said.stdout + said.stderr);
  assert.match(said.stdout, /^\d{3,} dates in 12 zones, 0 differ$/m);
  t.diagnostic(said.stdout.trim());
});
