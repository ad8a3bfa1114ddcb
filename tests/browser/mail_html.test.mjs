// Hostile HTML mail in a real browser, both walls by themselves and as the desk serves them. Payloads: tests/mails/xss.txt and the mails beside it.
//   1. what html_mail.c rebuilt, with no wall behind it: in a page of its own with scripts on and no policy, nothing runs, loads, leads away or asks
//   2. the raw payload, in the desk's own frame under the policy that the desk sent: the frame alone holds as well
//   3. the whole: mails that came by LMTP, in the frames of a case page: no script, no request but the desk's own, no navigation, no form, and the page
//      around them stays as it was
// Every name but the desk's resolves to a listener that counts: a request that leaves by any road (a prefetch, a ping, a popup) is seen there.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { startDesk, until, sleep } from '../lib/desk.mjs';

const root = new URL('../../', import.meta.url).pathname;
const tool = process.env.HTML_MAIL_TOOL ?? root + 'build/tests/html_mail_tool';
const unescape = (s) => s.replace(/\\(n|t|r|f|u\{([0-9a-f]+)\})/g, (_, k, hex) => (hex ? String.fromCodePoint(parseInt(hex, 16)) : { n: '\n', t: '\t', r: '\r', f: '\f' }[k]));
const lines = readFileSync(root + 'tests/mails/xss.txt', 'utf8').split('\n').filter((l) => l && !l.startsWith('# ')).map(unescape);
/* the same below things that stay open, and deep */
const PAYLOADS = [...lines, ...lines.filter((_, i) => i % 7 === 0).map((l) => '<table><tr><td><svg><desc>' + l), ...lines.filter((_, i) => i % 11 === 0).map((l) => '<div>'.repeat(600) + l)];
const FORBIDDEN = 'script,style,link,meta,base,iframe,frame,object,embed,applet,form,input,button,select,textarea,svg,math,template,dialog,video,audio,[style],[class],[id],[name],[onerror],[onload],[src],[srcset],[background],[formaction],[action],[autofocus],[contenteditable],[ping]';

/* For whom a TLS connection is: the name in its first bytes. */
function serverName(hello) {
  for (const m of hello?.toString('latin1').matchAll(/\0\0(?=([^])([^])([^])([^])\0([^])([^])([a-z0-9.-]+))/gi) ?? []) {
    const [ext, list, n] = [1, 3, 5].map((i) => m[i].charCodeAt(0) * 256 + m[i + 1].charCodeAt(0));
    if (ext === list + 2 && list === n + 3 && m[7].length >= n) return m[7].slice(0, n);
  }
  return '';
}
/* Who listens where every foreign name leads. */
let canary, browser;
before(async () => {
  canary = { hits: [] };
  const hit = (host, what) => { if (!/(^|\.)(google|googleapis|gstatic|chromium|gvt1)\.(com|org)$/.test(host)) canary.hits.push(what); };   /* what the browser asks of its own makers is not the page's doing */
  canary.server = http.createServer((req, res) => { hit(req.headers.host, `${req.method} ${req.headers.host}${req.url}`); res.end('x'); });
  canary.server.on('clientError', (e, s) => { const name = serverName(e.rawPacket); hit(name, `a connection for ${name || 'somebody'}`); s.destroy(); });
  await new Promise((r) => canary.server.listen(0, '127.0.0.1', r));
  const to = `127.0.0.1:${canary.server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-features=OptimizationHints,MediaRouter', `--host-resolver-rules=MAP * ${to}, EXCLUDE 127.0.0.1`] });
});
after(async () => { await browser?.close(); canary.server.closeAllConnections(); canary.server.close(); });

/* Everything a page does that it should not, into a list. `allowed` tells which requests may be made. */
function watch(context, page, allowed) {
  const wrong = [];
  context.on('request', (r) => { if (!allowed(r)) wrong.push(`request: ${r.method()} ${r.url().slice(0, 150)}`); });
  page.on('console', (m) => wrong.push(`console: ${m.text().slice(0, 200)}`));
  page.on('pageerror', (e) => wrong.push(`script error: ${e.message}`));
  page.on('dialog', (d) => { wrong.push(`dialog: ${d.message()}`); d.dismiss(); });
  page.on('popup', (p) => wrong.push(`popup: ${p.url()}`));
  page.on('download', () => wrong.push('a download'));
  return wrong;
}
const isOk = (r) => r.url().startsWith('data:') || r.url() === 'about:blank';

/* Every way that a payload has of showing it ran. */
const TRAP = `for (const f of ['alert', 'confirm', 'prompt', 'print']) window[f] = () => console.log('RAN');`;

test('what was rebuilt runs nothing, loads nothing and asks for nothing, without any frame or policy', { timeout: 60000 }, async (t) => {
  const r = spawnSync(tool, ['-n'], { input: PAYLOADS.map((s) => s.replaceAll('\0', '\uFFFD') + '\0').join(''), maxBuffer: 1 << 30 });
  assert.equal(r.status, 0, r.stderr.toString());
  const html = r.stdout.toString('utf8').split('\0').filter((_, i) => i % 2 === 0).slice(0, PAYLOADS.length);
  const context = await browser.newContext();
  t.after(() => context.close());
  await context.addInitScript(TRAP);
  const page = await context.newPage(), hits = canary.hits.length;
  const wrong = watch(context, page, isOk);
  /* the trap works, and so does the listener: a page that is hostile shows in all of them */
  await page.setContent('<img src="http://track.example/x.png"><script>alert(1)</script><style>p{background:url(http://track.example/css)}</style><p>x');
  await until('the trap snaps', () => wrong.some((w) => /RAN/.test(w)) && canary.hits.length >= hits + 2);
  wrong.length = 0;
  const before = canary.hits.length;
  const marked = (list) => list.map((h) => `<section>${h}</section>`).join('');
  for (let at = 0; at < html.length; at += 40) {
    /* twice: as the parser reads a document, and as a script would put it there (another parser, no scripts of its own, but handlers live) */
    await page.setContent(`<!doctype html><body>${marked(html.slice(at, at + 40))}`);
    await page.evaluate((h) => { const d = document.createElement('div'); d.innerHTML = h; document.body.append(d); }, marked(html.slice(at, at + 40)));
    const found = await page.evaluate((sel) => [...document.querySelectorAll(sel)].filter((e) => e !== document.head && !e.closest('head')).map((e) => e.outerHTML.slice(0, 100)), FORBIDDEN);
    assert.deepEqual(found, [], `payloads ${at} to ${at + 40}`);
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.protocol).filter((p) => !/^((https?|mailto)?:)$/.test(p)));   /* ":" is no address at all and leads nowhere */
    assert.deepEqual(links, [], `links, payloads ${at} to ${at + 40}`);
    assert.equal(page.url(), 'about:blank');
  }
  await sleep(200);
  assert.deepEqual(wrong, []);
  assert.deepEqual(canary.hits.slice(before), []);
});

const mailOf = (html, n) => Buffer.from(`From: Eve <eve${n}@kite.example>\r\nTo: support@desk.example\r\nSubject: payload ${n}\r\nMessage-ID: <p${n}@kite.example>\r\nMIME-Version: 1.0\r\n` +
  `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(html).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`);

/* Mails in, several lines at once; answers with { ticket, message } for each that has HTML to show. */
async function deliver(desk, mails) {
  const ids = [];
  await Promise.all(Array.from({ length: 4 }, async (_, k) => {
    for (let i = k; i < mails.length; i += 4) {
      const [reply] = await desk.lmtp({ from: `eve${i}@kite.example`, to: ['support@desk.example'], raw: mails[i] });
      const id = Number(reply.match(/^250 .*inbound #(\d+)/)?.[1]);
      if (id) ids.push(id);
    }
  }));
  await until('all have landed', async () => { const q = await desk.http('GET', '/readyz'); return /oldest incoming 0 s/.test(q.text) && (await desk.op('mail.inbox', { state: 'new', max: 1 })).items.length === 0; }, 60000);
  return ids;
}

test('in the frame of a case: no script, no request, no way out, nothing over the desk', { timeout: 150000 }, async (t) => {
  const desk = await startDesk(t, { db: 'sqlite', verify: false });
  const corpus = readdirSync(root + 'tests/mails').filter((f) => f.endsWith('.eml')).map((f) => readFileSync(`${root}tests/mails/${f}`)).filter((b) => /text\/html/i.test(b.toString('latin1')) && !/\x00/.test(b.toString('latin1')));
  const mails = [...lines.map(mailOf), ...corpus];
  const ids = await deliver(desk, mails);
  assert.ok(ids.length >= lines.length, `${ids.length} of ${mails.length} taken`);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  await context.addInitScript(TRAP);
  await context.addCookies([{ name: 'tend', value: desk.admin.cookie.slice(5), url: desk.url }]);
  const page = await context.newPage(), before = canary.hits.length;
  page.setDefaultTimeout(15000);
  /* the desk's own pages, frames and pictures, and nothing else */
  const wrong = watch(context, page, (r) => r.url().startsWith(desk.url + '/') && (r.resourceType() !== 'image' || /\/(mail-image|static|favicon)/.test(r.url())) && r.method() !== 'POST' || isOk(r) || r.url().startsWith(desk.url + '/live/'));
  const framed = [];
  for (let ticket = 1; ; ticket++) {
    const a = await desk.http('GET', `/tickets/${ticket}`, { cookie: desk.admin.cookie });
    if (a.status === 404) break;
    for (const m of a.text.matchAll(/<iframe class="mail"[^>]* src="\/messages\/(\d+)\/html"/g)) framed.push({ ticket, message: Number(m[1]) });
  }
  assert.ok(framed.length > lines.length / 2, `${framed.length} messages have a frame`);

  await page.goto(`${desk.url}/tickets/${framed[0].ticket}`, { waitUntil: 'load' });
  await page.locator('summary', { hasText: 'As HTML' }).click();
  const own = page.locator('iframe.mail');
  assert.equal(await own.getAttribute('sandbox'), 'allow-popups allow-popups-to-escape-sandbox');
  const here = page.url();
  /* forty at a time, each a copy of the page's own frame that leads to another message */
  for (let at = 0; at < framed.length; at += 40) {
    const some = framed.slice(at, at + 40).map((f) => f.message);
    await page.evaluate(async (list) => {
      const first = document.querySelector('iframe.mail'), room = first.parentElement;
      for (const old of room.querySelectorAll('iframe.copy')) old.remove();
      await Promise.all(list.map((id) => new Promise((done) => {
        const f = first.cloneNode();
        f.classList.add('copy');
        f.loading = 'eager';
        f.src = `/messages/${id}/html`;
        f.onload = done;
        room.append(f);
      })));
    }, some);
    const shown = new Set();
    for (const frame of page.frames().slice(1)) {
      const url = new URL(frame.url());
      assert.equal(url.origin, desk.url, `a frame went to ${frame.url()}`);
      assert.match(url.pathname, /^\/messages\/\d+\/html$/);
      shown.add(Number(url.pathname.split('/')[2]));
      const inside = await frame.evaluate((sel) => ({
        bad: [...document.body.querySelectorAll(sel)].filter((e) => !(e.matches('img[src^="/mail-image/"]'))).map((e) => e.outerHTML.slice(0, 120)),
        styles: document.querySelectorAll('style').length, base: document.querySelectorAll('base').length, origin: globalThis.origin, cookie: (() => { try { return document.cookie; } catch (e) { return e.name; } })(),
      }), FORBIDDEN);
      assert.deepEqual(inside.bad, [], frame.url());
      assert.deepEqual([inside.styles, inside.base, inside.origin, inside.cookie], [1, 1, 'null', 'SecurityError'], frame.url());
    }
    for (const id of some) assert.ok(shown.has(id), `message ${id} is shown`);
    assert.equal(page.url(), here, 'the page stays');
    /* what is painted outside a frame's own box is the desk's: no point there belongs to a frame */
    const over = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll('iframe')].map((f) => f.getBoundingClientRect()), column = document.querySelector('iframe.mail').closest('article').getBoundingClientRect(), out = [];
      for (const b of boxes) if (b.left < column.left - 1 || b.right > column.right + 1) out.push(`a frame stands out of its column: ${b.left} to ${b.right}`);
      for (let x = 5; x < innerWidth; x += 40) for (let y = 5; y < innerHeight; y += 40) {
        const e = document.elementFromPoint(x, y);
        if (e?.tagName === 'IFRAME' && !boxes.some((b) => x >= b.left && x <= b.right && y >= b.top && y <= b.bottom)) out.push(`${x},${y}`);
      }
      if (document.documentElement.scrollWidth > innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} px wide`);
      return out;
    });
    assert.deepEqual(over, []);
  }
  await sleep(300);
  assert.deepEqual(wrong, []);
  assert.deepEqual(canary.hits.slice(before), [], 'nothing left for anywhere');
  t.diagnostic(`${framed.length} messages in frames, of ${ids.length} mails`);
});

test('the frame alone, under the policy that the desk sends, holds the raw payloads', { timeout: 90000 }, async (t) => {
  const desk = await startDesk(t, { db: 'sqlite', verify: false });
  await deliver(desk, [mailOf('<p>Hello</p>', 0)]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  t.after(() => context.close());
  await context.addInitScript(TRAP);
  await context.addCookies([{ name: 'tend', value: desk.admin.cookie.slice(5), url: desk.url }]);
  const page = await context.newPage(), before = canary.hits.length;
  page.setDefaultTimeout(15000);
  await page.goto(`${desk.url}/tickets/1`, { waitUntil: 'load' });
  await page.locator('summary', { hasText: 'As HTML' }).click();
  const here = page.url(), ran = [], requests = [];
  /* the desk's answer with the body exchanged: its headers are what is tried here */
  const answer = await desk.http('GET', '/messages/1/html', { cookie: desk.admin.cookie }), shell = answer.text.replace(/<body>[^]*$/, '<body>');
  assert.match(answer.headers['content-security-policy'], /default-src 'none'.*sandbox allow-popups/);
  const served = new Set();
  await context.route('**/messages/1/html?n=*', (route) => {
    const n = Number(new URL(route.request().url()).searchParams.get('n'));
    served.add(n);
    return route.fulfill({ status: 200, headers: answer.headers, body: shell + lines[n] });
  });
  page.on('console', (m) => { if (/RAN/.test(m.text())) ran.push(m.text()); });
  page.on('dialog', (d) => { ran.push('dialog'); d.dismiss(); });
  page.on('popup', (p) => ran.push(`popup ${p.url()}`));
  /* what the policy blocks never gets a connection; what does is a request to somewhere else than the desk */
  context.on('requestfinished', (r) => { if (!r.url().startsWith(desk.url)) requests.push(r.url().slice(0, 100)); });
  for (let at = 0; at < lines.length; at += 40) {
    await page.evaluate(async ([from, to]) => {
      const first = document.querySelector('iframe.mail'), room = first.parentElement;
      for (const old of room.querySelectorAll('iframe.copy')) old.remove();
      await Promise.all(Array.from({ length: to - from }, (_, i) => new Promise((done) => {
        const f = first.cloneNode();
        f.classList.add('copy');
        f.loading = 'eager';
        f.src = `/messages/1/html?n=${from + i}`;
        f.onload = done;
        setTimeout(done, 3000);   /* what a payload leads to may never end */
        room.append(f);
      })));
    }, [at, Math.min(at + 40, lines.length)]);
    assert.equal(page.url(), here, `payloads ${at} to ${at + 40} led away`);
  }
  assert.equal(served.size, lines.length);
  await sleep(300);
  assert.deepEqual(ran, []);
  assert.deepEqual(requests.filter((u) => !u.startsWith('data:')), []);
  const navigated = canary.hits.slice(before);
  assert.deepEqual(navigated, [], 'left by the frame');
  assert.equal(await page.locator('h1').count(), 1);
});

test('remote pictures wait for a click, and then come by the desk; a link opens without our address', { timeout: 60000 }, async (t) => {
  const desk = await startDesk(t, { db: 'sqlite', verify: false });
  await deliver(desk, [mailOf('<p>See <a href="https://kite.example/doc?a=1">the page</a></p><img src="http://track.example/pixel.gif?who=ann" width=40 height=40 alt="Chart">', 0)]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ignoreHTTPSErrors: true });
  t.after(() => context.close());
  await context.addCookies([{ name: 'tend', value: desk.admin.cookie.slice(5), url: desk.url }]);
  const page = await context.newPage(), before = canary.hits.length, asked = [];
  page.setDefaultTimeout(15000);
  context.on('request', (r) => asked.push({ url: r.url(), referer: r.headers().referer, cookie: r.headers().cookie }));
  await page.goto(`${desk.url}/tickets/1`, { waitUntil: 'load' });
  await page.locator('summary', { hasText: 'As HTML' }).click();
  const frame = page.frameLocator('iframe.mail');
  await frame.getByText('See').waitFor();
  assert.equal(await frame.locator('img').getAttribute('src'), null, 'no source before the click');
  assert.deepEqual(asked.filter((r) => !r.url.startsWith(desk.url)), []);
  const [shown] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Show remote images' }).click()]);
  await shown.waitForLoadState('load');
  assert.match(await shown.locator('img').getAttribute('src'), /^\/mail-image\/\d+\/[a-z2-7]{26}\?what=http/);
  assert.ok(asked.some((r) => r.url.startsWith(desk.url + '/mail-image/')), 'asked of the desk');
  assert.deepEqual(asked.filter((r) => !r.url.startsWith(desk.url)), [], 'and of nobody else');
  assert.deepEqual(canary.hits.slice(before), [], 'the sender was not asked by the browser');
  const [opened] = await Promise.all([context.waitForEvent('page'), frame.getByText('the page').click()]);
  await opened.waitForLoadState().catch(() => {});
  const out = asked.find((r) => r.url.startsWith('https://kite.example/doc'));
  assert.ok(out, 'the link was followed, in a page of its own');
  assert.equal(out.referer, undefined);
  assert.equal(out.cookie, undefined);
  assert.equal(await opened.evaluate(() => globalThis.opener).catch(() => null), null);
  assert.equal(new URL(page.url()).pathname, '/tickets/1');
});
