// The look and desk.js over the fixture pages, in a real browser under the real content security policy.
import test from 'node:test';
import assert from 'node:assert/strict';
import { AXE, browser } from '../lib/browser.mjs';
import { serve, rowsOf } from './fixtures/server.mjs';

/* A page over its own server; any script error or policy violation fails the test. */
async function open(t, path, { before: prepare, context: options, script = true } = {}) {
  const desk = await serve();
  prepare?.(desk.state);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: script, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  const wrong = [];
  page.on('pageerror', e => wrong.push(e.message));
  page.on('console', m => { if (/Content Security Policy|Trusted/i.test(m.text())) wrong.push(m.text()); });
  t.after(async () => { await context.close(); desk.close(); assert.deepEqual(wrong, []); });
  await page.goto(desk.url + path);
  if (script && path !== '/door') await page.waitForFunction(() => document.querySelector('[data-open="keys"]')?.hidden === false);
  return { page, state: desk.state, url: desk.url };
}
const until = async (check, what) => {
  for (let i = 0; i < 100; i++) {
    if (await check()) return;
    await new Promise(r => setTimeout(r, 50));
  }
  assert.fail('never: ' + what);
};
const focused = page => page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.row ?? document.activeElement.tagName);

for (const path of ['/queue', '/tickets/4127', '/admin', '/door', '/empty'])
  for (const width of [1280, 320])
    for (const colorScheme of ['light', 'dark'])
      test(`axe finds nothing and nothing overflows: ${path} ${width} ${colorScheme}`, async t => {
        const { page } = await open(t, path, { context: { viewport: { width, height: 720 }, colorScheme, bypassCSP: true, reducedMotion: 'reduce' } });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scroll');
        await page.addScriptTag({ path: AXE });
        const found = await page.evaluate(() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        assert.deepEqual(found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target + ' ' + n.any.map(a => a.message)).slice(0, 3)}`), []);
      });

test('axe finds nothing in the palette and the sheet of keys', async t => {
  const { page } = await open(t, '/queue', { context: { bypassCSP: true, reducedMotion: 'reduce' } });
  await page.addScriptTag({ path: AXE });
  for (const key of ['Control+k', '?']) {
    await page.keyboard.press(key);
    const found = await page.evaluate(() => axe.run('dialog'));
    assert.deepEqual(found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).slice(0, 3)}`), []);
    await page.keyboard.press('Escape');
  }
});

test('at 200 % zoom and with 1,000 rows nothing overflows', async t => {
  const { page } = await open(t, '/queue', { before: s => { s.rows = rowsOf(1000, 9000); }, context: { viewport: { width: 640, height: 400 } } });
  assert.equal(await page.locator('.row').count(), 1000);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test('j k o x move, open and select; the list left is the list returned to', async t => {
  const { page } = await open(t, '/queue', { before: s => { s.rows = rowsOf(60); } });
  await page.keyboard.press('j');
  assert.equal(await focused(page), '4127');
  for (let i = 0; i < 30; i++) await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await focused(page), '4098');
  await page.keyboard.press('x');
  assert.equal(await page.locator('.pick:checked').getAttribute('value'), '4098');
  assert.equal(await page.locator('[data-picked]').textContent(), '1 selected');
  assert.ok(await page.locator('.bulk').isVisible());
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.pick:checked').count(), 0);
  assert.ok(!await page.locator('.bulk').isVisible());
  /* where the row stands before the eye; the page's height above it may be an estimate */
  const top = () => page.evaluate(() => document.querySelector('[data-row="4098"]').getBoundingClientRect().top);
  const was = await top();
  assert.ok(await page.evaluate(() => scrollY) > 200);
  await page.keyboard.press('o');
  await page.waitForURL('**/tickets/4098');
  await page.waitForFunction(() => document.querySelector('[data-open="keys"]')?.hidden === false);
  await page.keyboard.press('u');
  await page.waitForURL('**/queue');
  await until(async () => await focused(page) === '4098', 'the focus back on the row');
  await until(async () => Math.abs(await top() - was) < 2, 'the row where it stood');
});

test('Shift+click selects a range', async t => {
  const { page } = await open(t, '/queue');
  await page.locator('.pick').nth(1).click();
  await page.locator('.pick').nth(4).click({ modifiers: ['Shift'] });
  assert.equal(await page.locator('.pick:checked').count(), 4);
});

test('a key acts on the row with the focus, else on the page; never while typing or with Ctrl', async t => {
  const { page, state } = await open(t, '/queue');
  await page.keyboard.press('/');
  await page.keyboard.type('tjn');
  assert.equal(await page.locator('.ask input').inputValue(), 'tjn');
  assert.equal(state.posts.length, 0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+t');
  assert.equal(state.posts.length, 0);
  await page.keyboard.press('t');
  await until(() => state.posts.length === 1, 'number one is taken');
  assert.equal(new URLSearchParams(state.posts[0].body).get('ticket'), '4127');
  await page.waitForFunction(() => document.querySelector('[data-open="keys"]')?.hidden === false);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('t');
  await until(() => state.posts.length === 2, 'the row is taken');
  assert.equal(new URLSearchParams(state.posts[1].body).get('ticket'), '4126');
});

test('the sheet lists the keys of the page and lets one be changed', async t => {
  const { page, state } = await open(t, '/queue');
  await page.keyboard.press('?');
  const sheet = page.locator('dialog.keys');
  const text = await sheet.innerText();
  for (const does of ['Next row', 'Take it', 'New ticket', 'Search']) assert.match(text, new RegExp(does));
  await sheet.getByRole('button', { name: 'Change the key t: Take it' }).click();
  await page.keyboard.press('n');
  assert.equal(await sheet.getByRole('button', { name: /: Take it/ }).innerText(), 't', 'n is taken already');
  await sheet.getByRole('button', { name: 'Change the key t: Take it' }).click();
  await page.keyboard.press('y');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.first kbd').innerText(), 'y');
  await page.keyboard.press('t');
  assert.equal(state.posts.length, 0);
  await page.keyboard.press('y');
  await until(() => state.posts.length === 1, 'the new key works');
});

test('the palette finds what is on the page and what the server knows, and goes nowhere else', async t => {
  const { page, state, url } = await open(t, '/queue', { before: s => {
    s.found = [{ title: '#4127 Executor VMs <b>x</b>', meta: 'Northwind', url: '/tickets/4127' }, { title: 'Elsewhere', url: 'https://evil.example/' }, { title: 'Script', url: 'javascript:alert(1)' }];
  } });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('recent');
  await until(async () => (await page.locator('.palette li').first().innerText()).startsWith('Recently solved'), 'a page entry');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('exec');
  await page.getByRole('option', { name: 'Search for “exec”' }).waitFor();
  await until(async () => await page.getByRole('option', { name: '#4127 Executor VMs <b>x</b>' }).count() === 1, 'a server entry as text');
  assert.equal(await page.getByRole('option', { name: /Elsewhere|Script/ }).count(), 0);
  await page.keyboard.press('Enter');
  await page.waitForURL(url + '/tickets/4127');
});

test('in the palette Enter means what was typed, however quickly', async t => {
  const { page, url } = await open(t, '/queue');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('zzqx');
  await page.keyboard.press('Enter');
  await page.waitForURL(url + '/search?q=zzqx');
});

test('Escape gives the focus back where it was', async t => {
  const { page } = await open(t, '/queue');
  await page.keyboard.press('j');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), '4127');
});

test('a new ticket comes into the list by itself', async t => {
  const { page, state } = await open(t, '/queue');
  await until(() => state.streams.size === 1, 'the stream is open');
  state.rows = [...rowsOf(1, 5000), ...state.rows];
  state.send('ticket', { ticket: 5000, kind: 'ticket.created', actor: 'Ines', actor_id: 0 });
  await until(async () => await page.locator('[data-row="5000"]').count() === 1, 'the row');
  assert.equal(await page.locator('.row').first().getAttribute('data-row'), '5000');
  assert.equal(await page.locator('.news').count(), 0);
});

test('in the middle of something the list holds still and a bar says so', async t => {
  const { page, state } = await open(t, '/queue');
  await until(() => state.streams.size === 1, 'the stream is open');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const box = await page.locator('[data-row="4126"]').boundingBox();
  state.rows = [...rowsOf(2, 5000), ...state.rows.filter(r => r[0] !== 4124).map(r => r[0] === 4125 ? [4125, ...r.slice(1, 2), 'A changed subject', ...r.slice(3)] : r)];
  state.send('ticket', { ticket: 5000, kind: 'ticket.created', actor: 'Ines', actor_id: 0 });
  await until(async () => await page.locator('.news').count() === 1, 'the bar');
  assert.equal(await page.locator('.news').innerText(), '2 new · show');
  assert.deepEqual(await page.locator('[data-row="4126"]').boundingBox(), box);
  assert.equal(await page.locator('[data-row="4125"] .subject').innerText(), 'A changed subject');
  assert.match(await page.locator('[data-row="4124"]').getAttribute('class'), /gone/);
  assert.equal(await focused(page), '4126');
  await page.locator('.news').click();
  await until(async () => await page.locator('[data-row="5000"]').count() === 1, 'shown');
  assert.equal(await page.locator('[data-row="4124"]').count(), 0);
});

test('a selection survives an update', async t => {
  const { page, state } = await open(t, '/queue');
  await until(() => state.streams.size === 1, 'the stream is open');
  await page.locator('.pick').nth(2).check();
  state.rows = state.rows.map(r => [r[0], r[1], 'All new words', ...r.slice(3)]);
  state.send('ticket', { ticket: 4127, kind: 'ticket.updated', actor: 'Theo', actor_id: 9 });
  await until(async () => (await page.locator('.subject').first().innerText()) === 'All new words', 'updated');
  assert.equal(await page.locator('.pick:checked').getAttribute('value'), '4125');
});

test('presence: others are shown, not oneself, and the server is told', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  await until(() => state.streams.size === 1 && state.posts.some(p => p.path === '/live/presence' && /ticket=4127&state=looking/.test(p.body) && p.token === 'tok'), 'told');
  assert.equal(await page.locator('[data-presence]').innerText(), 'Theo is looking at this');
  state.send('presence', { ticket: 4127, teammate: 3, name: 'Mara', state: 'writing' });
  state.send('presence', { ticket: 4127, teammate: 5, name: 'Jo', state: 'looking' });
  state.send('presence', { ticket: 4127, teammate: 9, name: 'Theo', state: 'writing' });
  await until(async () => (await page.locator('[data-presence]').innerText()) === 'Theo is writing · Jo is looking at this', 'shown');
  state.send('presence', { ticket: 4127, teammate: 9, name: 'Theo', state: 'gone' });
  await until(async () => (await page.locator('[data-presence]').innerText()) === 'Jo is looking at this', 'gone again');
  await page.locator('textarea').fill('Hello');
  await until(() => state.posts.some(p => /state=writing/.test(p.body)), 'writing');
  await page.goto('about:blank');
  await until(() => state.posts.some(p => /state=gone/.test(p.body)), 'gone');
});

test('a draft goes to the server, and survives in the browser when the server is away', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  await page.locator('textarea').fill('Half a thought');
  await until(() => state.posts.some(p => p.path === '/do/draft.save' && new URLSearchParams(p.body).get('body') === 'Half a thought'), 'saved');
  const saved = state.posts.find(p => p.path === '/do/draft.save');
  assert.equal(new URLSearchParams(saved.body).get('ticket'), '4127');
  assert.equal(saved.token, 'tok');
  state.fail = true;
  await page.locator('textarea').fill('A whole thought');
  await page.locator('textarea').blur();
  await page.reload();
  await until(async () => (await page.locator('textarea').inputValue()) === 'A whole thought', 'restored');
  await page.getByRole('button', { name: 'Discard' }).click();
  assert.equal(await page.locator('textarea').inputValue(), '');
  await page.reload();
  assert.equal(await page.locator('textarea').inputValue(), '');
});

test('the composer: r and i choose who reads it, Ctrl+Enter sends once', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  assert.ok(await page.getByRole('button', { name: 'Save note' }).isVisible());
  await page.keyboard.press('r');
  assert.ok(await page.locator('[name=kind][value=reply]').isChecked());
  assert.ok(await page.locator('.to').isVisible());
  await page.keyboard.type('ir');
  assert.ok(await page.locator('[name=kind][value=reply]').isChecked(), 'letters are letters while typing');
  const answered = page.waitForEvent('load');
  await page.locator('.write').evaluate(form => { for (let i = 0; i < 2; i++) form.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true })); });
  await until(() => state.posts.some(p => p.path === '/do/ticket.reply'), 'sent');
  await answered;
  assert.equal(state.posts.filter(p => p.path === '/do/ticket.reply').length, 1);
  assert.match(state.posts.find(p => p.path === '/do/ticket.reply').body, /name="kind"\r\n\r\nreply/);
});

test('a pasted picture becomes an attachment that can be taken back', async t => {
  const { page } = await open(t, '/tickets/4127');
  await page.locator('textarea').evaluate(area => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'shot.png', { type: 'image/png' }));
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.equal(await page.locator('input[type=file]').evaluate(f => f.files[0].name), 'shot.png');
  await page.getByRole('button', { name: 'Do not attach shot.png' }).click();
  assert.equal(await page.locator('input[type=file]').evaluate(f => f.files.length), 0);
});

test('somebody answers while one writes: nothing moves, the composer says so, showing it counts as seen', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  await until(() => state.streams.size === 1, 'the stream is open');
  await page.locator('textarea').fill('My answer');
  await page.locator('textarea').evaluate(a => a.setSelectionRange(2, 4));
  state.more = '<article class="msg" id="m101" aria-label="Ines"><header><b>Ines Okafor</b></header><div class="body"><p>It works now!</p></div></article>';
  state.seen = 101;
  state.send('ticket', { ticket: 4127, kind: 'ticket.received', actor: 'Ines Okafor', actor_id: 0 });
  await until(async () => await page.locator('[data-stale]').isVisible(), 'the notice');
  assert.match(await page.locator('[data-stale]').innerText(), /^Ines Okafor wrote while you were writing/);
  await until(async () => await page.locator('.news').count() === 1, 'the bar');
  assert.equal(await page.locator('.news').innerText(), '1 new · show');
  assert.equal(await page.locator('#m101').count(), 0);
  assert.equal(await page.locator('[name=seen]').inputValue(), '99');
  assert.deepEqual(await page.locator('textarea').evaluate(a => [document.activeElement === a, a.selectionStart, a.selectionEnd]), [true, 2, 4]);
  await page.locator('.news').click();
  assert.ok(await page.getByText('It works now!').isVisible());
  assert.equal(await page.locator('[name=seen]').inputValue(), '101');
  assert.equal(await page.locator('textarea').inputValue(), 'My answer');
  assert.ok(!await page.locator('[data-stale]').isVisible());
});

test('with nothing begun the new message comes by itself', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  await until(() => state.streams.size === 1, 'the stream is open');
  state.more = '<article class="msg" id="m101" aria-label="Ines"><header><b>Ines Okafor</b></header><div class="body"><p>It works now!</p></div></article>';
  state.send('ticket', { ticket: 4127, kind: 'ticket.received', actor: 'Ines Okafor', actor_id: 0 });
  await until(async () => await page.locator('#m101').count() === 1, 'the message');
});

test('an event of another ticket fetches nothing here', async t => {
  const { page, state } = await open(t, '/tickets/4127');
  await until(() => state.streams.size === 1, 'the stream is open');
  let asked = 0;
  page.on('request', r => { if (r.headers()['x-tend-live']) asked++; });
  state.send('ticket', { ticket: 1, kind: 'ticket.received', actor: 'X', actor_id: 0 });
  state.send('ticket', { ticket: 4127, kind: 'ticket.received', actor: 'X', actor_id: 0 });
  await until(() => asked > 0, 'asked for its own');
  await page.waitForTimeout(400);
  assert.equal(asked, 1);
});

test('the stream comes back after it was cut', async t => {
  const { state } = await open(t, '/queue');
  await until(() => state.streams.size === 1, 'the stream is open');
  for (const s of state.streams) s.end();
  state.streams.clear();
  await until(() => state.streams.size === 1, 'the stream is open again');
});

test('undo counts down and goes; z undoes while it lasts', async t => {
  const { page, state } = await open(t, '/tickets/4127', { before: s => { s.flash = 2; } });
  assert.match(await page.locator('.flash button').innerText(), /Undo\s+z\s+2 s/);
  const again = page.waitForEvent('load');
  await page.keyboard.press('z');
  await until(() => state.posts.some(p => p.path === '/do/undo'), 'undone');
  await again;
  await until(async () => await page.locator('.flash button').count() === 0, 'too late');
  assert.ok(await page.getByText('Sent to Ines Okafor.').isVisible());
});

test('ages are kept right by the server’s clock', async t => {
  const { page } = await open(t, '/tickets/4127');
  assert.equal(await page.locator('time[data-age]').innerText(), '22 min');
});

test('menus, hints, errors', async t => {
  const { page } = await open(t, '/tickets/4127');
  await page.keyboard.press('h');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'to');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.ok(!await page.locator('.drop').evaluate(d => d.open));
  await page.goto(new URL('/queue', page.url()).href);
  assert.ok(await page.locator('.hint').isVisible());
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.reload();
  assert.ok(!await page.locator('.hint').isVisible());
  await page.goto(new URL('/admin', page.url()).href);
  assert.ok(await page.evaluate(() => document.activeElement.matches('[data-errors]')));
});

test('a question is asked before what cannot be taken back', async t => {
  const { page, state } = await open(t, '/queue');
  await page.locator('.pick').first().check();
  let asked = '';
  page.once('dialog', d => { asked = d.message(); d.dismiss(); });
  await page.getByRole('button', { name: 'Spam' }).click();
  assert.equal(asked, 'Move them to spam?');
  assert.equal(state.posts.length, 0);
});

test('without JavaScript: reply, selection bar and narrow menu work', async t => {
  const { page, state, url } = await open(t, '/tickets/4127', { script: false, context: { viewport: { width: 320, height: 640 } } });
  await page.locator('label', { hasText: 'Reply to Ines' }).click();
  assert.ok(await page.getByRole('button', { name: 'Send to Ines' }).isVisible());
  await page.locator('textarea').fill('Plain');
  await page.getByRole('button', { name: 'Send to Ines' }).click();
  await until(() => state.posts.some(p => p.path === '/do/ticket.reply'), 'sent');
  await page.goto(url + '/queue');
  await page.locator('.pick').first().check();
  assert.ok(await page.locator('.bulk').isVisible());
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Mine' }).click();
  await page.waitForURL('**/empty');
});
