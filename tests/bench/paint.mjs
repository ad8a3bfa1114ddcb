// From key to paint, in Chromium on a large desk: j, k, x, Enter, u, r and letters, as somebody who works by keyboard presses them. Prints p50, p95 and the
// worst of each; asserts only that it worked.
//   TEND_BIN=build-rel/src/tend node --test tests/bench/paint.mjs       TICKETS=100000 · ROUNDS=40 · DATA=a folder that is there already
//
// Within a page: from the event's own time stamp to the first task after the next frame was drawn. To another page: from the key on the old page to the new
// page's first contentful paint, by the absolute clocks of both. And search as you type: each beginning of some searches, over HTTP, until the answer is there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { startDesk, BIN, DB } from '../lib/desk.mjs';

const TICKETS = Number(process.env.TICKETS ?? 100000), ROUNDS = Number(process.env.ROUNDS ?? 40);

function print(name, all, wanted) {
  const s = [...all].sort((a, b) => a - b), at = (p) => s[Math.min(s.length - 1, Math.floor(s.length * p))].toFixed(1);
  assert.ok(s.length >= wanted, `${name}: ${s.length} of ${wanted} measured`);
  console.log(`  ${name.padEnd(48)} p50 ${at(0.5).padStart(6)} ms   p95 ${at(0.95).padStart(6)} ms   worst ${s.at(-1).toFixed(1)} ms   (${s.length})`);
}

/* Runs in each page before anything else. */
function watch() {
  window.paints = [];
  addEventListener('keydown', (e) => {
    sessionStorage.setItem('pressed', performance.timeOrigin + e.timeStamp);
    requestAnimationFrame(() => {
      const c = new MessageChannel();
      c.port1.onmessage = () => window.paints.push(performance.now() - e.timeStamp);
      c.port2.postMessage(0);
    });
  }, true);
}

test('from key to paint', { timeout: 1200000 }, async (t) => {
  const made = process.env.DATA ? null : mkdtempSync(path.join(tmpdir(), 'tend-paint-')), data = process.env.DATA ?? path.join(made, 'data');
  if (made) t.after(() => rmSync(made, { recursive: true, force: true }));
  if (!existsSync(data)) {
    const r = spawnSync(BIN, ['demo', '--tickets', String(TICKETS), '--seed', '1', '--data', data, ...(DB === 'sqlite' ? [] : ['--database', DB])], { encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
  }
  const desk = await startDesk(t, { data, verify: false, fresh: false, address: false, admin: false });
  desk.admin = await desk.person(`bench${Date.now()}@desk.example`, { access: 'admin', name: 'Ada Admin' });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage();
  await context.addCookies([{ name: desk.admin.cookie.split('=')[0], value: desk.admin.cookie.split('=')[1], url: desk.url }]);
  await context.addInitScript(watch);
  console.log(`load of the machine ${loadavg()[0].toFixed(1)}`);

  /* Presses keys in a page, each when the one before was painted. */
  const inPage = async (keys) => {
    const before = await page.evaluate(() => window.paints.length);
    for (const [i, k] of keys.entries()) {
      await page.keyboard.press(k);
      await page.waitForFunction((n) => window.paints.length > n, before + i);
    }
    return page.evaluate((n) => window.paints.slice(n), before);
  };
  /* Presses a key that leads to another page, and waits for its first paint. */
  const away = async (key, url) => {
    await page.keyboard.press(key);
    await page.waitForURL(url, { waitUntil: 'load' });
    return page.evaluate(() => new Promise((done) => {
      const say = (e) => done(performance.timeOrigin + e.startTime - Number(sessionStorage.getItem('pressed')));
      const have = performance.getEntriesByName('first-contentful-paint')[0];
      if (have) return say(have);
      new PerformanceObserver((l) => l.getEntriesByName('first-contentful-paint').forEach(say)).observe({ type: 'paint', buffered: true });
    }));
  };

  await page.goto(`${desk.url}/queue/unsolved`);
  const jk = [], pick = [], enter = [], back = [], write = [], letters = [], fold = [];
  jk.push(...await inPage([...'jjjjjjjjkkkk'.repeat(Math.ceil(ROUNDS / 6))]));
  pick.push(...await inPage([...'jxjx'.repeat(Math.ceil(ROUNDS / 4))]));
  await page.reload();
  for (let i = 0; i < ROUNDS; i++) {
    await inPage(['j', 'j']);
    enter.push(await away('Enter', /\/tickets\/\d+/));
    if (i % 4 === 0) {
      write.push(...await inPage(['r']));
      letters.push(...await inPage([...'what they need is']));
      await inPage(['Control+a', 'Delete', 'Escape']);
      await page.evaluate(() => document.activeElement?.blur());
      fold.push(...await inPage(['j', 'k', 'j']));
    }
    back.push(await away('u', /\/queue\//));
  }
  console.log(`a desk of ${TICKETS} tickets, the list of all that is unsolved, signed in as an admin`);
  print('j, k: the next row', jk, ROUNDS);
  print('x: a row picked (and j)', pick, ROUNDS);
  print('Enter: the ticket is painted', enter, ROUNDS);
  print('u: back in the list', back, ROUNDS);
  print('r: the reply is open for writing', write, ROUNDS / 4);
  print('a letter in the writing box', letters, ROUNDS);
  print('j, k in the conversation', fold, ROUNDS / 4);
  const palette = [];
  for (let i = 0; i < Math.ceil(ROUNDS / 8); i++) {
    palette.push(...await inPage(['Control+k', ...'timeout']));
    await page.keyboard.press('Escape');
  }
  print('Ctrl+K and the letters of a search', palette, ROUNDS / 2);

  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }), typed = [];
  for (const whole of ['timeout', 'repository', 'snapshot quota', 'status:open', 'gitserver', 'org:acme', 'out of memory', 'ines', 'zyxwvut', 'upgrade path', 'sso', 'error 500', 'crash', 'index'])
    for (let n = 2; n <= whole.length; n++) {
      const from = process.hrtime.bigint(), a = await desk.http('GET', `/search.json?q=${encodeURIComponent(whole.slice(0, n))}`, { cookie: desk.admin.cookie, agent });
      assert.equal(a.status, 200, a.text);
      typed.push(Number(process.hrtime.bigint() - from) / 1e6);
    }
  agent.destroy();
  print('search as you type, until the answer is there', typed, 50);
});
