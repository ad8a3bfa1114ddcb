// A newcomer by the keyboard alone, at 1280 px in light and at 320 px in dark: a task finished, an outcome disputed, a shadow place taken in a call, a question asked
// that the mentor answers. And what is printed: plan, board and certification without bars, buttons and forms.
import test from 'node:test';
import assert from 'node:assert/strict';
import { browser } from '../lib/browser.mjs';
import { startDesk } from '../lib/desk.mjs';
import { seedTeam } from '../lib/growth.mjs';
import { SCREENS, go, pageOf, type } from '../lib/keys.mjs';

const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);

for (const screen of SCREENS) {
  const wide = `${screen.viewport.width} px, ${screen.colorScheme}`;

  test(`a newcomer by keyboard: a task, a dispute, a shadow place, a question (${wide})`, { timeout: 170000 }, async (t) => {
    const desk = await startDesk(t), { mia, nia, grown } = await seedTeam(desk);
    const { call } = await desk.op('call.plan', { title: 'First talk', kind: 'review', on: day(4), at: '15:30', zone: 'Europe/Lisbon', lead: mia.id, shadow_places: 1 });
    const page = await pageOf(t, browser, desk, nia, screen);
    await page.goto('/growth');
    // the first outcome that asks only for her word, from her home
    const say = page.getByRole('button', { name: /^This is true for me: / });
    const title = (await say.first().getAttribute('aria-label')).slice('This is true for me: '.length);
    await go(page, say);
    const shown = await desk.op('plan.show', { plan: grown.plan });
    assert.equal(shown.items.find((o) => o.title === title).state, 'true');
    // a task of hers that leads to an outcome, ticked on its own page
    const task = shown.items.length && page.locator('a[href*="/playbook/run/"]');
    await go(page, task);
    assert.match(page.url(), /\/playbook\/run\/\d+/);
    await go(page, page.getByRole('button', { name: 'Done', exact: true }));
    const run = Number(page.url().match(/run\/(\d+)/)[1]);
    assert.ok((await desk.op('run.show', { run })).tasks.some((x) => x.state === 'done'));
    // not true for me
    const open = shown.items.find((o) => o.key === 'W1.6');
    await page.goto(`/growth/outcomes/${open.outcome}`);
    await type(page, page.locator('form[action="/do/dispute.open"] textarea'), 'Nobody told me which tools there are.');
    await go(page, page.locator('form[action="/do/dispute.open"] button'));
    assert.ok((await desk.op('dispute.list', { state: 'open' })).items.some((d) => /which tools/.test(d.text)));
    // a shadow place in a call
    await page.goto('/calls');
    await go(page, page.getByRole('button', { name: /^Shadow/ }));
    assert.ok(JSON.stringify(await desk.op('call.show', { call })).includes('"shadow"'));
    // a question to the mentor, who answers it by keyboard too
    await page.goto('/ask');
    await type(page, page.locator('form[action="/do/pairing.ask"] textarea'), 'How long is a first call?');
    await go(page, page.locator('form[action="/do/pairing.ask"] button.main'));
    const other = await pageOf(t, browser, desk, mia, screen);
    await other.goto('/mentoring');
    await type(other, other.locator('form[action="/do/pairing.answer"] textarea'), 'Half an hour.');
    await go(other, other.locator('form[action="/do/pairing.answer"] button.main'));
    await page.goto('/ask');
    assert.match(await page.content(), /Half an hour\./);
  });
}

test('plan, board and certification are printed without what only a screen has', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t), { max, nia, grown } = await seedTeam(desk);
  const { certification } = await desk.op('certification.start', { teammate: nia.id, mentor: 3, manager: max.id });
  const page = await pageOf(t, browser, desk, max, SCREENS[0]);
  for (const at of [`/growth/plans/${grown.plan}`, '/growth/board', `/certifications/${certification}`, '/growth/figures']) {
    await page.goto(at);
    await page.emulateMedia({ media: 'print' });
    const seen = await page.evaluate(() => [...document.querySelectorAll('nav, button, summary.btn, form.form, .rail, a.btn')].filter((e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden').map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`));
    assert.deepEqual(seen, [], at);
    assert.ok(await page.locator('h1').isVisible());
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/print${at.replaceAll('/', '-')}.png`, fullPage: true });
    await page.emulateMedia({ media: 'screen' });
  }
});
