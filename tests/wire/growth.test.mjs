// Plans and programmes at the doors of the real program: a newcomer's home and her forms, what stands behind a number, a dispute mended in the browser's way,
// the editor with its difference and its preview, and one plan by the command line.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { BIN, startDesk } from '../lib/desk.mjs';
import { seedGrowth } from '../lib/growth.mjs';

const page = async (desk, who, path, status = 200) => {
  const answer = await desk.http('GET', path, { cookie: who.cookie });
  assert.equal(answer.status, status, `${path}: ${answer.text.slice(0, 400)}`);
  return answer.text;
};

test('a newcomer finds where she is, what is next, whom to ask; and says what is true', { timeout: 120000 }, async t => {
  const desk = await startDesk(t), lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  const s = await seedGrowth(desk, lena), nia = s.person, other = await desk.person('theo@desk.example', { name: 'Theo' });
  const home = await page(desk, nia, '/growth');
  for (const words of [/Where am I\?/, /<b>Day 17<\/b>, week 3/, /What is next\?/, /Who can I ask\?/, /What is expected\?/, /The ramp is over on/]) assert.match(home, words);
  assert.doesNotMatch(home, /late|overdue/i, 'nobody is told off in the first weeks');
  await page(desk, other, `/growth/plans/${s.plan}`, 403);
  /* one click away from the number: the three tickets */
  const behind = await page(desk, nia, `/growth/outcomes/${s.counted}`);
  assert.match(behind, /3 of 15/);
  for (let i = 0; i < 3; i++) assert.match(behind, new RegExp(`Search is slow ${i}`));
  /* by form: true, undone; a wrong rating comes back with what was typed */
  const { items } = await nia.do('plan.show', {}), w12 = items.find(o => o.key === 'W1.6').outcome, at = `/growth/outcomes/${w12}`;
  const bad = await desk.form(nia, 'plan.say', { outcome: String(w12), rating: '9', note: 'I <think> so', _back: at, _next: at });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /I &lt;think&gt; so/);
  const said = await desk.form(nia, 'plan.say', { outcome: String(w12), _back: at, _next: at });
  assert.equal(said.status, 303, said.text);
  assert.match(await page(desk, nia, at), /true since/);
  const foreign = await desk.form(other, 'plan.say', { outcome: String(w12), undo: '1', _back: '/growth', _next: '/growth' });
  assert.equal(foreign.status, 403);
});

test('what is not true is mended: the next one has it better, and the page says by whom', { timeout: 120000 }, async t => {
  const desk = await startDesk(t), lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  const s = await seedGrowth(desk, lena);
  assert.match(await page(desk, lena, '/growth/disputes'), /I have no machine to deploy on/);
  await lena.do('programme.discard', { rev: s.draft });
  const mended = await desk.form(lena, 'dispute.mend', { dispute: String(s.dispute), resolution: 'Everybody gets a machine', title: 'I have deployed it on my own machine', due_n: '3', due_unit: 'week',
    _back: '/growth/disputes', _next: '/growth/disputes' });
  assert.equal(mended.status, 303, mended.text);
  const programme = await page(desk, lena, `/growth/programmes/${s.programme}`);
  for (const words of [/I have deployed it on my own machine/, /Mended by those who came before/, /Nia Okoro found it untrue, Lena Vogt mended it/]) assert.match(programme, words);
  const next = await desk.person('next@desk.example', { name: 'Next One' });
  const { plan } = await lena.do('plan.create', { teammate: next.id, start_date: '2027-01-04' });
  assert.ok((await lena.do('plan.show', { plan })).items.some(o => o.title === 'I have deployed it on my own machine' && o.due === '2027-01-22'));
  assert.match(await page(desk, lena, '/growth/board'), /Next One/);
  assert.match(await page(desk, lena, '/growth/figures'), /2 of \d+|True by their day/);
});

test('the editor shows the difference and the plan of a given person; the command line says the same', { timeout: 120000 }, async t => {
  const desk = await startDesk(t), lena = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  const s = await seedGrowth(desk, lena);
  const draft = await page(desk, lena, `/growth/programmes/${s.programme}?rev=${s.draft}&start=2027-01-04&as=${s.person.id}`);
  for (const words of [/What differs from revision/, /I have looked at a dashboard/, /For Nia Okoro, who starts on Mon 4 Jan 2027/, /2027-01-22/, /Publish/]) assert.match(draft, words);
  const wrong = await desk.form(lena, 'programme.outcome', { rev: String(s.draft), key: 'W 9', title: 'A title that stays', due_n: '1', due_unit: 'week', proof: 'self',
    _back: `/growth/programmes/${s.programme}?rev=${s.draft}`, _next: '/growth' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /A title that stays/);
  const published = await desk.form(lena, 'programme.publish', { rev: String(s.draft), note: 'a dashboard', _back: '/growth', _next: `/growth/programmes/${s.programme}` });
  assert.equal(published.status, 303, published.text);
  const { moved } = await desk.op('plan.move_all', { rev: s.draft });
  assert.equal(moved, 1);
  const cli = spawnSync(BIN, ['plan', 'show', String(s.plan), '--data', desk.data], { encoding: 'utf8', timeout: 30000 });
  assert.equal(cli.status, 0, cli.stderr);
  assert.match(cli.stdout, /I have looked at a dashboard/);
});
