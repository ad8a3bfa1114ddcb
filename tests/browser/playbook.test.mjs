// A checklist by the keyboard alone, and with no script at all. Run: node --test tests/browser/playbook.test.mjs (TEND_BIN, CHROMIUM).
import test from 'node:test';
import assert from 'node:assert/strict';
import { browser } from '../lib/browser.mjs';
import { startDesk } from '../lib/desk.mjs';

test('tasks are ticked by key, and by a button without a script', { timeout: 120000 }, async t => {
  const desk = await startDesk(t);
  const ann = await desk.person('ann@desk.example', { access: 'lead', name: 'Ann' });
  const { playbook } = await ann.do('playbook.create', { name: 'Two parts' });
  await ann.do('playbook.task_add', { playbook, title: 'First' });
  await ann.do('playbook.section_add', { playbook, title: 'Later' });
  await ann.do('playbook.task_add', { playbook, title: 'Second', kind: 'task' });
  await ann.do('playbook.task_add', { playbook, title: 'Third' });
  await ann.do('playbook.publish', { playbook });
  const { run } = await ann.do('run.start', { playbook });
  const state = async key => (await ann.do('run.show', { run })).tasks.find(x => x.key === key).state;
  const open = async javaScriptEnabled => {
    const context = await browser.newContext({ javaScriptEnabled, reducedMotion: 'reduce' });
    t.after(() => context.close());
    await context.addCookies([{ name: 'tend', value: ann.cookie.slice(5), url: desk.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    await page.goto(`${desk.url}/playbook/run/${run}`);
    return page;
  };
  const keys = await open(true);
  await keys.keyboard.press('j');
  await keys.keyboard.press('j');                    // across the sections: the second task
  await Promise.all([keys.waitForNavigation(), keys.keyboard.press('d')]);
  assert.equal(await state('second'), 'done');
  assert.equal(await state('first'), 'open');
  assert.equal(new URL(keys.url()).pathname, `/playbook/run/${run}`);
  await keys.keyboard.press('j');
  await Promise.all([keys.waitForNavigation(), keys.keyboard.press('Enter')]);
  assert.equal(await keys.locator('h1').textContent(), 'First');
  const plain = await open(false);
  await plain.getByRole('button', { name: 'Done: First' }).click();
  assert.equal(await state('first'), 'done');
  await plain.getByRole('link', { name: 'Third' }).click();
  await plain.getByLabel('A word about it').fill('That was it');
  await plain.getByRole('button', { name: 'Done', exact: true }).click();
  assert.equal((await ann.do('run.show', { run })).state, 'completed');
  assert.match(await plain.content(), /That was it/);
});
