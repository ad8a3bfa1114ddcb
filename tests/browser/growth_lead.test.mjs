// A manager by the keyboard alone, at 1280 px in light and at 320 px in dark: the board, a programme's draft with its difference and its preview as a person, a
// session scored, a checklist that gets a rhythm.
import test from 'node:test';
import assert from 'node:assert/strict';
import { browser } from '../lib/browser.mjs';
import { startDesk } from '../lib/desk.mjs';
import { seedTeam } from '../lib/growth.mjs';
import { SCREENS, go, pageOf, tabTo } from '../lib/keys.mjs';

const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);

for (const screen of SCREENS) {
  const wide = `${screen.viewport.width} px, ${screen.colorScheme}`;

  test(`a manager by keyboard: the board, a preview as a person, a difference, a score, a rhythm (${wide})`, { timeout: 170000 }, async (t) => {
    const desk = await startDesk(t), { max, mia, nia, grown } = await seedTeam(desk);
    const { items } = await desk.op('certification.editions', { programme: 'demo' });
    const { certification } = await desk.op('certification.start', { teammate: nia.id, mentor: mia.id, manager: max.id, edition: items.find((e) => e.valid_from === '2021-09-01').id });
    await desk.op('teammate.update', { teammate: nia.id, role: 'customer_engineer' });
    const { call } = await desk.op('call.plan', { title: 'A look', kind: 'demo', on: day(-3), at: '09:00', zone: 'UTC', lead: nia.id, shadows: [mia.id] });
    const { session } = await desk.op('call.held', { call });
    assert.ok(session > 0);
    await desk.op('call.record', { call, url: 'https://recordings.example/1', minutes: 30, consent: 'all agreed' });
    const page = await pageOf(t, browser, desk, max, screen);
    await page.goto('/growth/board');
    await go(page, page.getByRole('link', { name: 'Nia Okoro' }));
    assert.match(await page.locator('h1').textContent(), /Nia Okoro/);
    // the draft of a programme: what differs, and as Nia would have it
    await page.goto(`/growth/programmes/${grown.programme}?rev=${grown.draft}`);
    assert.match(await page.content(), /What differs from revision/);
    const person = page.locator('form[action$="#preview"] select').first();
    await tabTo(page, page.locator('#p-start'));
    await page.keyboard.type('12072026');
    await tabTo(page, person);
    await page.keyboard.type('Nia');
    await go(page, page.locator('form[action$="#preview"] button'));
    assert.match(await page.content(), /For Nia Okoro/);
    assert.match(await page.content(), /I have looked at a dashboard/);
    // a session scored from the recording
    await page.goto(`/certifications/${certification}`);
    await tabTo(page, page.locator('summary', { hasText: /^Score it as/ }));
    await page.keyboard.press('Enter');
    const first = page.locator('form[action="/do/certification.score"] select').first();
    await tabTo(page, first);
    await page.keyboard.type('3');
    await go(page, page.locator('form[action="/do/certification.score"] button.main'));
    assert.match(await page.content(), /<b>3<\/b>/);
    // a checklist that begins by itself
    const { playbook } = await desk.op('playbook.create', { name: 'Look at the week' });
    await desk.op('playbook.task_add', { playbook, title: 'Look' });
    await desk.op('playbook.publish', { playbook });
    await page.goto(`/playbooks/${playbook}`);
    await go(page, page.getByRole('link', { name: 'By itself' }));
    await tabTo(page, page.locator('input[name=weekdays][value=mon]'));
    await page.keyboard.press(' ');
    await go(page, page.getByRole('button', { name: 'Let it begin by itself' }));
    assert.match(await page.content(), /every Monday at 09:00/);
    await go(page, page.getByRole('button', { name: /^No more/ }));
    assert.match(await page.content(), /ended /);
  });
}
