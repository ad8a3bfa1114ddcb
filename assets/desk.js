// desk.js: keys, palette, live updates, presence, drafts and the composer, over pages that work without it.
//
// assets/README.md is the contract: everything is driven by data- attributes. Laws of this file: text becomes text nodes,
// never markup; the only markup taken in is our own pages, parsed by the one Trusted Types policy; nothing moves the focus,
// the scroll or what is being typed; the server decides, this file only asks sooner.

const $ = (sel, root = document) => root.querySelector(sel);
const $$ = (sel, root = document) => [...root.querySelectorAll(sel)];
const policy = window.trustedTypes?.createPolicy('tend', { createHTML: html => html });
const csrf = $('meta[name=csrf]')?.content ?? '';
const me = Number(document.body.dataset.me ?? 0);

function el(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === 'class') e.className = v;
    else if (k === 'on') for (const [type, f] of Object.entries(v)) e.addEventListener(type, f);
    else if (v !== false && v != null) e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...children);
  return e;
}

/* A path of ours, or null: nothing here follows a link to another origin. */
function local(url) {
  try {
    const u = new URL(url, location.href);
    return u.origin === location.origin ? u : null;
  } catch {
    return null;
  }
}

function post(url, fields, more = {}) {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), ...more, headers: { 'X-CSRF-Token': csrf, ...more.headers } });
}
const json = { headers: { Accept: 'application/json' } };

/* Which tab this is, for drafts: its own as long as it lives. */
function tabName() {
  try {
    return sessionStorage.tendTab ??= Math.random().toString(36).slice(2, 12);
  } catch {
    return 'tab';
  }
}

/* The browser's own store; a full or forbidden one is the same as an empty one. */
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem('tend.' + key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem('tend.' + key, JSON.stringify(value)); } catch { /* full: the server has it */ } },
  drop(key) { try { localStorage.removeItem('tend.' + key); } catch { /* as above */ } },
};

function toast(text, act, label) {
  const t = el('div', { class: 'toast' }, el('span', {}, text));
  if (act) t.append(el('button', { class: 'btn', type: 'button', on: { click: () => { act(); t.remove(); } } }, label));
  $('.toasts')?.append(t);
  setTimeout(() => t.remove(), act ? 12000 : 4000);
}

/* ---- keys ---- */

const own = document.querySelector('[data-keymap]');   // /me: the keys this teammate chose, kept for all pages
if (own) store.set('keys', JSON.parse(own.dataset.keymap));
const remap = store.get('keys') ?? {};
const keyOf = e => remap[e.dataset.key] ?? e.dataset.key;
const typing = e => e?.isContentEditable || e?.matches?.('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])');
const folded = e => (typing(e) ? e.closest('details:not([open])') : null);   // a field in a closed menu: its key opens the menu
const usable = e => !e.disabled && (e.matches('form') || folded(e)?.checkVisibility() || e.checkVisibility?.({ visibilityProperty: true }) !== false);

function words(e) {
  if (e.dataset.does || e.dataset.palette) return e.dataset.does || e.dataset.palette;
  const copy = e.cloneNode(true);
  for (const k of $$('kbd, .n, .hush', copy)) k.remove();
  return (e.getAttribute('aria-label') ?? copy.textContent).trim().replace(/\s+/g, ' ');
}

function activate(e) {
  for (let d = e.closest('details:not([open])'); d && !e.matches('summary'); d = d.parentElement.closest('details:not([open])')) d.open = true;
  if (e.matches('form')) {
    if (e.dataset.forRow !== undefined && !aimAtRow(e)) return;
    e.requestSubmit();
  } else if (e.matches('input[type=radio], input[type=checkbox]')) {
    e.click();
    $('textarea', e.closest('[data-composer]') ?? undefined)?.focus();
  } else if (typing(e)) {
    e.focus();
    e.select?.();
  } else if (e.matches('summary')) {
    e.click();
    const first = e.parentElement.open && $('input, select, textarea, a, button', e.nextElementSibling ?? e);
    if (first) first.focus();
  } else {
    e.click();
  }
}

/* A form for the row with the focus: its id goes into the field marked data-row-id. */
function aimAtRow(form) {
  const row = currentRow();
  if (!row) return false;
  for (const f of $$('[data-row-id]', form)) f.value = row.dataset.row;
  return true;
}

function pressed(key) {
  const all = $$('[data-key]').filter(e => keyOf(e) === key && usable(e));
  const forRow = all.find(e => e.dataset.forRow !== undefined);
  if (forRow && document.activeElement?.closest('[data-row]')) return forRow;
  return all.find(e => e.dataset.forRow === undefined) ?? forRow;
}

document.addEventListener('keydown', ev => {
  if (ev.isComposing || ev.defaultPrevented) return;
  if ((ev.ctrlKey || ev.metaKey) && !ev.altKey && !ev.shiftKey && ev.key.toLowerCase() === 'k') {
    ev.preventDefault();
    openPalette();
    return;
  }
  const composer = ev.target.closest?.('[data-composer]');
  if ((ev.ctrlKey || ev.metaKey) && ev.key === 'Enter' && composer) {
    ev.preventDefault();
    composer.requestSubmit($$('.btn.main', composer).find(usable));
    return;
  }
  if (ev.ctrlKey || ev.altKey || ev.metaKey || typing(ev.target) || $('dialog[open]')) {
    if (ev.key === 'Escape' && typing(ev.target) && !$('dialog[open]')) ev.target.blur();
    return;
  }
  if (listKey(ev)) {
    ev.preventDefault();
    return;
  }
  if (ev.key === '?') {
    ev.preventDefault();
    openKeys();
    return;
  }
  if (ev.key === 'Escape') {
    for (const d of $$('details.drop[open]')) d.open = false;
    return;
  }
  const target = ev.key.length === 1 && pressed(ev.key);
  if (!target) return;
  ev.preventDefault();
  if (!ev.repeat) activate(target);
});

/* What is printed on a button follows a changed key. A screen reader hears the key as a shortcut, not as a letter at the end of the button's name. */
function printKeys() {
  for (const e of $$('[data-key]')) {
    const k = $('kbd', e.matches('input') ? e.closest('label') ?? e : e);
    if (!e.matches('form')) e.setAttribute('aria-keyshortcuts', keyOf(e));
    if (!k) continue;
    k.setAttribute('aria-hidden', 'true');
    if (remap[e.dataset.key]) k.textContent = keyOf(e);
  }
}

/* ---- lists ---- */

let lastRow = null;
const rows = () => $$('[data-list] [data-row]');
const rowLink = row => $('a[href]', row);

function currentRow() {
  return document.activeElement?.closest('[data-row]') ?? (lastRow?.isConnected ? lastRow : null);
}

function goTo(row) {
  lastRow?.removeAttribute('aria-current');
  lastRow = row;
  rowLink(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('focusin', ev => {
  const row = ev.target.closest('[data-row]');
  if (row && row !== lastRow) lastRow?.removeAttribute('aria-current');
  if (row) lastRow = row;
});

function listKey(ev) {
  const all = rows();
  if (!all.length) return false;
  const row = currentRow();
  const at = row ? all.indexOf(row) : -1;
  switch (ev.key === 'ArrowDown' || ev.key === 'ArrowUp' ? (document.activeElement?.closest('[data-row]') ? ev.key : '') : ev.key) {
  case remap.j ?? 'j':
  case 'ArrowDown':
    goTo(all[Math.min(at + 1, all.length - 1)]);
    return true;
  case remap.k ?? 'k':
  case 'ArrowUp':
    goTo(all[Math.max(at < 0 ? 0 : at - 1, 0)]);
    return true;
  case remap.o ?? 'o':
    if (!row) return false;
    rowLink(row).click();
    return true;
  case remap.x ?? 'x':
    if (!row || !$('.pick', row)) return false;
    $('.pick', row).click();
    return true;
  case 'Escape':
    if (!$('.pick:checked')) return false;
    for (const p of $$('.pick:checked')) p.checked = false;
    countPicked();
    return true;
  }
  return false;
}

function countPicked() {
  const n = $$('.pick:checked').length;
  for (const e of $$('[data-picked]')) e.textContent = n + ' selected';
}

let lastPick = null;
document.addEventListener('click', ev => {
  const pick = ev.target.closest('.pick');
  if (pick) {
    const all = $$('.pick');
    const [a, b] = [all.indexOf(lastPick), all.indexOf(pick)].sort((x, y) => x - y);
    if (ev.shiftKey && lastPick && a >= 0) for (const p of all.slice(a, b + 1)) p.checked = pick.checked;
    lastPick = pick;
    countPicked();
  }
  const every = ev.target.closest('[data-pick-all]');
  if (every) {
    for (const p of $$('.pick', every.form ?? document)) p.checked = every.checked;
    countPicked();
  }
  const row = ev.target.closest('[data-row] a[href]')?.closest('[data-row]');
  if (row) remember(row);
  const back = ev.target.closest('a[data-key="u"]');
  if (back) remember(null, back);
});

/* The list you left is the list you return to: the row and the scroll, once, on the way back. */
function remember(row, back) {
  try {
    if (row) sessionStorage.setItem('tend.list', JSON.stringify({ path: location.pathname + location.search, title: $('h1')?.textContent.trim(), row: row.dataset.row, y: scrollY }));
    else if (back) sessionStorage.setItem('tend.back', '1');
  } catch { /* no store: the list opens at its top */ }
}

function recall() {
  try {
    const was = JSON.parse(sessionStorage.getItem('tend.list'));
    const way = $('a[data-back]');
    if (way && was?.title && local(was.path)) {
      way.href = local(was.path).href;
      way.textContent = was.title;
    }
    const back = sessionStorage.getItem('tend.back') || performance.getEntriesByType('navigation')[0]?.type === 'back_forward';
    sessionStorage.removeItem('tend.back');
    const row = back && was?.path === location.pathname + location.search && rows().find(r => r.dataset.row === was.row);
    if (!row) return;
    scrollTo(0, was.y);
    lastRow = row;
    row.setAttribute('aria-current', 'true');
    rowLink(row).focus({ preventScroll: true });
  } catch { /* as above */ }
}

/* ---- dialogs: the palette and the sheet of keys ---- */

function dialog(cls, label, ...children) {
  const from = document.activeElement;
  const d = el('dialog', { class: cls, 'aria-label': label, on: {
    close: () => { d.remove(); if (from?.isConnected) from.focus({ preventScroll: true }); },
    click: ev => { if (ev.target === d) d.close(); },
  } }, ...children);
  document.body.append(d);
  d.showModal();
  return d;
}

function pageEntries() {
  const seen = new Set();
  const entries = [];
  for (const e of $$('[data-palette], [data-key]')) {
    const title = words(e);
    const inMenu = e.closest('[popover]');
    if (!title || seen.has(title) || typing(e) || e.closest('dialog') || !(inMenu || usable(e))) continue;
    if (e.dataset.forRow !== undefined && !currentRow()) continue;
    seen.add(title);
    entries.push({ title, meta: '', key: e.dataset.key && keyOf(e), run: () => activate(e) });
  }
  return entries;
}

let asking = null;
async function serverEntries(q) {
  const url = local(document.body.dataset.search ?? '');
  asking?.abort();
  if (!document.body.dataset.search || !url || q.length < 2) return [];
  asking = new AbortController();
  url.searchParams.set('q', q);
  try {
    const r = await fetch(url, { headers: { Accept: 'application/json' }, signal: asking.signal });
    if (!r.ok) return [];
    return ((await r.json()).items ?? []).filter(i => local(i.url)).slice(0, 12)
      .map(i => ({ title: String(i.title), meta: String(i.meta ?? ''), run: () => location.assign(local(i.url).href) }));
  } catch {
    return [];
  }
}

function openPalette() {
  if ($('dialog[open]')) return;
  const entries = pageEntries();
  const input = el('input', { type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list',
    'aria-label': 'Search or jump', placeholder: 'Search or jump', autocomplete: 'off', spellcheck: 'false' });
  const list = el('ul', { id: 'palette-list', role: 'listbox', 'aria-label': 'Matches' });
  const d = dialog('palette', 'Search or jump', input, list);
  let shown = [], known = [], at = 0, turn = 0;
  const mark = () => {
    [...list.children].forEach((li, i) => li.setAttribute('aria-selected', i === at));
    input.setAttribute('aria-activedescendant', shown.length ? 'palette-' + at : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const run = entry => { d.close(); entry?.run(); };
  const show = found => {
    shown = found;
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((f, i) => {
      const li = el('li', { role: 'option', id: 'palette-' + i, on: { click: () => run(f) } }, el('span', { dir: 'auto' }, f.title));
      if (f.meta) li.append(el('span', { class: 'why', dir: 'auto' }, f.meta));
      if (f.key) li.append(el('kbd', {}, f.key));
      return li;
    }));
    mark();
  };
  const ask = async () => {
    const mine = ++turn;
    const q = input.value.trim();
    const parts = q.toLowerCase().split(/\s+/);
    const here = entries.filter(e => parts.every(p => e.title.toLowerCase().includes(p))).slice(0, q ? 6 : 40);
    const search = q && document.body.dataset.search ? [{ title: `Search for “${q}”`, run: () => location.assign('/search?q=' + encodeURIComponent(q)) }] : [];
    at = 0;
    /* What the server knew a letter ago stays while it still fits, so the list does not flicker under the hand. */
    show([...here, ...(q ? known.filter(e => parts.every(p => (e.title + ' ' + e.meta).toLowerCase().includes(p))) : []), ...search]);
    const found = await serverEntries(q);
    if (mine !== turn || !d.open) return;
    known = found;
    show([...here, ...found, ...search]);
  };
  let wait = 0;
  input.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(() => { wait = 0; ask(); }, 90); });
  input.addEventListener('keydown', ev => {
    const step = ev.key === 'ArrowDown' ? 1 : ev.key === 'ArrowUp' ? -1 : 0;
    if (step && shown.length) at = (at + step + shown.length) % shown.length;
    else if (ev.key !== 'Enter') return;
    ev.preventDefault();
    if (ev.key !== 'Enter') {
      mark();
      return;
    }
    /* Enter means what has been typed, not what was found for half of it. */
    if (wait) {
      clearTimeout(wait);
      ask();
    }
    run(shown[at]);
  });
  ask();
}

function openKeys() {
  if ($('dialog[open]')) return;
  const fixed = rows().length ? [['j', 'Next row'], ['k', 'Row before'], ['o', 'Open'], ...($('.pick') ? [['x', 'Select']] : [])] : [];
  const known = new Map(fixed);
  for (const e of $$('[data-key]')) if (e.dataset.key && !known.has(e.dataset.key)) known.set(e.dataset.key, words(e));
  let changing = null;
  const stop = () => { changing?.setAttribute('aria-pressed', 'false'); changing = null; };
  const item = ([key, does]) => {
    const b = el('button', { class: 'key', type: 'button', 'aria-pressed': 'false', 'aria-label': `Change the key ${remap[key] ?? key}: ${does}`,
      on: { click: () => { stop(); changing = b; b.dataset.for = key; b.setAttribute('aria-pressed', 'true'); } } }, el('kbd', {}, remap[key] ?? key));
    return el('li', {}, el('span', {}, does), b);
  };
  const still = (keys, does) => el('li', {}, el('span', {}, does), el('span', {}, ...keys.map(k => el('kbd', {}, k))));
  const d = dialog('keys', 'Keys', el('h2', {}, 'Keys'),
    el('ul', {}, ...[...known].map(item), still(['Ctrl K'], 'Search or jump'), still(['Ctrl ↵'], 'Send'), still(['?'], 'This sheet')),
    el('p', { class: 'why' }, 'Press a key’s button, then another key, to change it in this browser.'),
    el('div', { class: 'do' }, el('button', { class: 'btn', type: 'button', 'data-close': true }, 'Close'),
      el('button', { class: 'btn quiet', type: 'button', on: { click: () => { store.drop('keys'); location.reload(); } } }, 'Keys as they were')));
  d.addEventListener('keydown', ev => {
    if (!changing || ev.key.length !== 1 || ev.key === ' ' || ev.key === '?' || ev.ctrlKey || ev.altKey || ev.metaKey) return;
    ev.preventDefault();
    const key = changing.dataset.for;
    const taken = [...known.keys()].find(k => k !== key && (remap[k] ?? k) === ev.key);
    if (taken) {
      toast(`${ev.key} already means “${known.get(taken)}”`);
    } else {
      remap[key] = ev.key;
      store.set('keys', remap);
      $('kbd', changing).textContent = ev.key;
      printKeys();
    }
    stop();
  });
}

/* ---- bringing a fragment up to date in place ---- */

const keyed = n => n.nodeType === 1 ? n.dataset.row ? 'row ' + n.dataset.row : n.id ? 'id ' + n.id : '' : '';

/* Makes `old` equal to `fresh` and keeps every node that both have, so focus, selection and what was typed survive. */
function morph(old, fresh) {
  for (const a of [...old.attributes])
    if (!fresh.hasAttribute(a.name) && a.name !== 'open' && a.name !== 'aria-current') old.removeAttribute(a.name);
  for (const a of fresh.attributes)
    if (old.getAttribute(a.name) !== a.value && !(a.name === 'value' && old === document.activeElement)) old.setAttribute(a.name, a.value);
  if (old.matches('textarea, input, select')) return;
  const byKey = new Map([...old.children].filter(keyed).map(c => [keyed(c), c]));
  let next = old.firstChild;
  for (const f of [...fresh.childNodes]) {
    const k = keyed(f);
    let same = k ? byKey.get(k) : next;
    if (same && !k && (same.nodeType !== f.nodeType || same.nodeName !== f.nodeName || keyed(same))) same = null;
    if (!same) {
      old.insertBefore(document.importNode(f, true), next);
      continue;
    }
    if (same !== next) old.insertBefore(same, next);
    else next = next.nextSibling;
    if (f.nodeType === 1) morph(same, f);
    else if (same.data !== f.data) same.data = f.data;
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

async function fetchPage(url) {
  const r = await fetch(url, { headers: { Accept: 'text/html', 'X-Tend-Live': '1' } });
  if (r.status === 401 || r.status === 403 || (r.redirected && local(r.url)?.pathname !== new URL(url).pathname)) {
    news('You were signed out · sign in again', () => location.reload());
    stopLive();
    return null;
  }
  if (!r.ok || !(r.headers.get('content-type') ?? '').startsWith('text/html')) return null;
  const text = await r.text();
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
}

/* Is the reader in the middle of something here that a change of the order or the height would disturb? */
function busy(frag) {
  const a = document.activeElement;
  if ($('dialog[open]') || $('.pick:checked', frag)) return true;
  if (frag.contains(a) && a !== frag) return true;
  if (typing(a) && a.closest('main') && a.value) return true;
  return frag.getBoundingClientRect().top < -80;
}

const rowIds = root => $$('[data-row], .msg[id]', root).map(e => e.dataset.row ?? e.id);

function bring(frag, fresh) {
  const was = rowIds(frag), now = rowIds(fresh);
  const sameOrder = was.length === now.length && was.every((id, i) => id === now[i]);
  if (sameOrder ? !(typing(document.activeElement) && frag.contains(document.activeElement)) : !busy(frag)) {
    show(frag, fresh);
    return;
  }
  /* Rows that both have are brought up to date where they stand; the rest waits for the reader. */
  for (const row of $$('[data-row]', frag)) {
    const f = $$('[data-row]', fresh).find(r => r.dataset.row === row.dataset.row);
    row.classList.toggle('gone', !f);
    if (f) morph(row, f);
  }
  const added = now.filter(id => !was.includes(id)).length;
  unshown.set(frag.id, { added, act: () => show(frag, fresh) });
  const all = [...unshown.values()].reduce((n, w) => n + w.added, 0);
  news(all ? `${all} new · show` : 'The page has changed · show', () => { for (const w of [...unshown.values()]) w.act(); });
}

const unshown = new Map();   // fragments that have news the reader has not asked for, by id

function show(frag, fresh) {
  /* A picture of the fragment is used up by morph, so a later showing gets its own. */
  morph(frag, fresh.cloneNode(true));
  const seen = frag.dataset.seen ?? $$('[data-seen]', frag).at(-1)?.dataset.seen;
  for (const f of $$('[data-composer] [name=seen]')) if (seen) f.value = seen;
  for (const s of $$('[data-stale]')) if (frag.contains($('.msg', frag))) s.hidden = true;
  unshown.delete(frag.id);
  if (!unshown.size) $('.news')?.remove();
  printKeys();
  countPicked();
  reachable();
  tick();
  for (const k of there.keys()) writePresence(k.split('/')[0]);
}

/* The quiet bar. */
function news(text, act) {
  $('.news')?.remove();
  const b = el('button', { class: 'btn news', type: 'button', 'data-palette': text, on: { click: () => { b.remove(); act(); } } }, text);
  document.body.append(b);
  const said = $('.toasts');
  if (said) said.setAttribute('aria-label', text);
}

async function refresh(ticket) {
  const frags = $$('[data-live-fragment]').filter(f => f.id && (!ticket || !f.dataset.liveTicket || f.dataset.liveTicket === String(ticket)));
  const byUrl = Map.groupBy ? Map.groupBy(frags, f => f.dataset.liveFragment || location.href)
    : frags.reduce((m, f) => m.set(f.dataset.liveFragment || location.href, [...(m.get(f.dataset.liveFragment || location.href) ?? []), f]), new Map());
  for (const [where, group] of byUrl) {
    const url = local(where);
    try {
      const doc = url && await fetchPage(url.href);
      for (const f of group) {
        const fresh = doc?.getElementById(f.id);
        if (fresh && f.isConnected) bring(f, fresh);
      }
    } catch { /* away: the stream comes back and asks again */ }
  }
}

let waiting = 0, wanted = new Set();
function refreshSoon(ticket) {
  wanted.add(ticket ?? 0);
  if (waiting || document.visibilityState === 'hidden') return;
  waiting = setTimeout(() => {
    waiting = 0;
    const one = wanted.size === 1 ? [...wanted][0] : 0;
    wanted.clear();
    refresh(one);
  }, 250);
}

let stream = null;
function startLive() {
  const url = document.body.dataset.live && local(document.body.dataset.live);
  if (!url || stream) return;
  stream = new EventSource(url);
  stream.addEventListener('ticket', ev => {
    const e = JSON.parse(ev.data);
    stale(e);
    refreshSoon(e.ticket);
  });
  stream.addEventListener('reload', () => refreshSoon());
  stream.addEventListener('presence', ev => showPresence(JSON.parse(ev.data)));
  /* The server gives the stream up when it is full or restarts; a closed one is tried again, not too often. */
  stream.addEventListener('error', () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stopLive();
    setTimeout(startLive, 5000 + Math.random() * 5000);
  });
}
function stopLive() {
  stream?.close();
  stream = null;
}

/* ---- presence ---- */

/* Who is there, by ticket and person; the server says it again every 20 s, so silence means gone. */
const there = new Map();
for (const p of $$('[data-presence] [data-person]'))
  there.set(p.closest('[data-presence]').dataset.presence + '/' + p.dataset.person, { name: p.dataset.name, state: p.dataset.state, at: Date.now() });

function showPresence({ ticket, teammate, name, state }) {
  if (teammate === me) return;
  if (state === 'gone') there.delete(ticket + '/' + teammate);
  else there.set(ticket + '/' + teammate, { name, state, at: Date.now() });
  writePresence(String(ticket));
}

function writePresence(ticket) {
  const text = [...there].filter(([k]) => k.startsWith(ticket + '/')).map(([, p]) => `${p.name} is ${p.state === 'writing' ? 'writing' : 'looking at this'}`).join(' · ');
  for (const e of $$(`[data-presence="${CSS.escape(ticket)}"], [data-row="${CSS.escape(ticket)}"] > .who`)) {
    e.dataset.otherwise ??= $('[data-person]', e) ? '' : e.textContent;
    if (e.textContent !== (text || e.dataset.otherwise)) e.textContent = text || e.dataset.otherwise;
  }
}

setInterval(() => {
  for (const [k, p] of there) {
    if (Date.now() - p.at < 50000) continue;
    there.delete(k);
    writePresence(k.split('/')[0]);
  }
}, 10000);

let beat = null, wrote = 0, told = '', toldAt = 0;
function tellPresence(state, more) {
  const e = $('[data-presence-url]');
  if (!e || (state === told && Date.now() - toldAt < 18000)) return;
  told = state;
  toldAt = Date.now();
  post(e.dataset.presenceUrl, { ticket: e.dataset.presence, state }, more).catch(() => { told = ''; });
}
function startPresence() {
  if (!$('[data-presence-url]') || beat) return;
  const now = () => document.visibilityState === 'visible' && tellPresence(Date.now() - wrote < 20000 ? 'writing' : 'looking');
  beat = setInterval(now, 20000);
  now();
}

/* ---- drafts ---- */

function setUpDraft(area) {
  const key = 'draft.' + area.dataset.draft, url = area.dataset.draftUrl && local(area.dataset.draftUrl);
  const came = area.value, kept = store.get(key);
  let sent = came, wait = 0, version = Number(area.dataset.draftVersion ?? -1), beside = false, going = null;
  if (kept && kept.body !== came && kept.body) {
    const use = () => { area.value = kept.body; area.dispatchEvent(new Event('input', { bubbles: true })); };
    if (kept.sent && (kept.saved || came)) store.drop(key);
    else if (!came && !kept.sent) { use(); toast('Your unsent text is back', () => { area.value = ''; store.drop(key); save(); }, 'Discard'); }
    else if (kept.at * 1000 > Number(area.dataset.draftAt ?? 0)) toast('This browser has a newer text', use, 'Use it');
  } else if (kept) {
    store.drop(key);
  }
  /* Another tab went on from the same text: this one is kept beside it, and its writer is told. Neither writes over the other. */
  async function keepBeside(fields) {
    const r = await post('/do/draft.beside', { ticket: fields.ticket, mode: fields.mode, body: fields.body, tab: tabName() }, json);
    if (!r.ok) throw new Error(String(r.status));
    const s = area.form && $('[data-stale]', area.form);
    if (!beside && s) {
      s.textContent = 'Another tab of yours holds a different text for this ticket. Both are kept; load the page again to choose one.';
      s.hidden = false;
    }
    beside = true;
  }
  const save = more => (going = (going ?? Promise.resolve()).then(() => saveNow(more)));
  async function saveNow(more) {
    clearTimeout(wait);
    if (!url || area.value === sent) return;
    const body = area.value, before = sent;
    sent = body;
    try {
      const form = area.form, mode = form?.querySelector('[data-public]')?.checked ? 'reply' : 'note';
      const fields = { ticket: form?.dataset.composer ?? '', seen: form?.elements.seen?.value ?? '0', mode, body };
      if (beside) {
        await keepBeside(fields);
        return;
      }
      const r = await post(url, version >= 0 ? { ...fields, version } : fields, { ...json, ...more });
      if (r.status === 409) {
        await keepBeside(fields);
        return;
      }
      if (!r.ok) throw new Error(String(r.status));
      if (r.status === 200) version = (await r.json()).version ?? version;
      const now = store.get(key);
      if (now?.body === body) store.set(key, { ...now, saved: true });
    } catch {
      sent = before;
    }
  }
  area.addEventListener('input', () => {
    if (area.value) store.set(key, { body: area.value, at: Date.now() });
    else store.drop(key);
    clearTimeout(wait);
    wait = setTimeout(save, 800);
  });
  area.addEventListener('blur', () => save());
  area.saveDraft = save;
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save({ keepalive: true }));
  area.form?.addEventListener('submit', ev => {
    const now = store.get(key);
    clearTimeout(wait);
    if (now && !ev.defaultPrevented) store.set(key, { ...now, sent: true });
    if (!ev.defaultPrevented) sent = area.value;   /* leaving the page does not save as a draft what is on its way */
  });
}

/* ---- composer ---- */

function setUpComposer(form) {
  const files = $('input[type=file]', form), named = $('[data-files]', form);
  const list = () => named?.replaceChildren(...[...files.files].map((f, i) => el('span', { class: 'tag' }, f.name, ' ',
    el('button', { class: 'key', type: 'button', 'aria-label': 'Do not attach ' + f.name, on: { click: () => set([...files.files].filter((_, j) => j !== i)) } }, '×'))));
  const set = all => {
    const t = new DataTransfer();
    for (const f of all) t.items.add(f);
    files.files = t.files;
    list();
  };
  const add = more => { if (files && more.length) set([...files.files, ...more]); };
  files?.addEventListener('change', list);
  form.addEventListener('paste', ev => {
    if (!files || !ev.clipboardData?.files.length) return;
    ev.preventDefault();
    add([...ev.clipboardData.files]);
  });
  form.addEventListener('dragover', ev => { if (files && ev.dataTransfer.types.includes('Files')) ev.preventDefault(); });
  form.addEventListener('drop', ev => {
    if (!files || !ev.dataTransfer.files.length) return;
    ev.preventDefault();
    add([...ev.dataTransfer.files]);
  });
  form.addEventListener('input', ev => {
    if (!ev.target.matches('textarea')) return;
    wrote = Date.now();
    tellPresence('writing');
  });
  setUpPreview(form);
}

/* The server's own rendering and the coach's advice: asked for by the button, and quietly after a pause in writing. */
function setUpPreview(form) {
  const url = form.dataset.preview && local(form.dataset.preview), area = $('textarea', form), button = $('[data-preview-now]', form);
  if (!url || !area) return;
  let wait = 0, turn = 0, shown = null;
  const ask = async open => {
    const mine = ++turn, mode = $('[data-public]', form)?.checked ? 'reply' : 'note';
    const fields = { body: area.value, _mode: mode, promise: form.elements.promise?.value ?? '' }, key = JSON.stringify(fields);
    if (key === shown && !open) return;
    try {
      const r = await post(url.href, fields, { headers: { Accept: 'text/html', 'X-Tend-Part': 'preview' } });
      if (!r.ok || mine !== turn) return;
      const text = await r.text(), doc = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
      const fresh = doc.getElementById('preview'), old = $('#preview', form), look = $('.seen-as', old);
      const stays = open || look?.open;
      morph(old, fresh);
      shown = key;
      if ($('.seen-as', old)) $('.seen-as', old).open = stays;
      reachable();
      if (open) $('summary', old)?.focus();
    } catch { /* away: the button sends the form and the page comes whole */ }
  };
  button?.addEventListener('click', ev => {
    ev.preventDefault();
    ask(true);
  });
  const soon = () => {
    clearTimeout(wait);
    wait = setTimeout(() => ask(false), 1200);
  };
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
}

/* A form that works on the draft waits until the draft is saved. */
document.addEventListener('submit', async ev => {
  const form = ev.target, area = form.dataset.afterDraft !== undefined && $('textarea[data-draft]');
  if (!area?.saveDraft || form.dataset.afterDraft === 'saved') return;
  ev.preventDefault();
  ev.stopImmediatePropagation();
  const by = ev.submitter;
  await area.saveDraft();
  form.dataset.afterDraft = 'saved';
  setTimeout(() => form.requestSubmit(by));   /* not within the submit event itself: there it would be ignored */
}, true);

/* Somebody answered while this reader writes. */
function stale(e) {
  if (e.actor_id === me) return;
  for (const form of $$(`[data-composer="${CSS.escape(e.ticket)}"]`)) {
    const s = $('[data-stale]', form);
    if (!s || !$('textarea', form)?.value || !/replied|received|noted|wrote|message\.added/.test(e.kind ?? '')) continue;
    s.textContent = `${e.actor || 'The customer'} wrote while you were writing. Read it before you send.`;
    s.hidden = false;
  }
}

/* ---- time ---- */

/* As civil_span() on the server: one unit, rounded down. */
function span(ms) {
  const min = Math.max(0, Math.floor(ms / 60000));
  if (min < 60) return `${min} min`;
  if (min < 1440) return `${Math.floor(min / 60)} h`;
  return min < 7 * 1440 ? `${Math.floor(min / 1440)} d` : `${Math.floor(min / 10080)} wk`;
}

/* The reader's clock may be wrong: the page says what time it was on the server when it was made. */
const fresh = performance.getEntriesByType('navigation')[0]?.type !== 'back_forward';
const skew = fresh && document.body.dataset.now ? Number(document.body.dataset.now) / 1000 - Date.now() : 0;
function tick() {
  const now = Date.now() + skew;
  for (const t of $$('time[data-age], time[data-until]')) {
    const at = Date.parse(t.dateTime);
    if (!at) continue;
    const ahead = t.dataset.until !== undefined;
    if (ahead && at <= now) {
      t.removeAttribute('data-until');
      refreshSoon();
    }
    const text = span(ahead ? at - now : now - at);
    if (t.textContent !== text) t.textContent = text;
  }
}

function setUpUndo(flash) {
  const until = performance.now() + Number(flash.dataset.left) * 1000;
  const form = $('form', flash), button = form && $('button', form);
  if (!button) return;
  const left = el('span', {}, '');
  button.append(left);
  const step = () => {
    const s = Math.ceil((until - performance.now()) / 1000);
    left.textContent = ` ${s} s`;
    if (s > 0) return;
    clearInterval(timer);
    form.remove();
    refresh();
  };
  const timer = setInterval(step, 250);
  step();
}

/* ---- small things ---- */

document.addEventListener('click', async ev => {
  const t = ev.target.closest('[data-open], [data-close], [data-copy], [data-dismiss]');
  if (!t) return;
  if (t.dataset.open === 'palette') openPalette();
  else if (t.dataset.open === 'keys') openKeys();
  else if (t.dataset.open) document.getElementById(t.dataset.open)?.showModal?.();
  if (t.dataset.close !== undefined) t.closest('dialog')?.close();
  if (t.dataset.copy) {
    const from = document.getElementById(t.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.textContent.trim());
      toast('Copied');
    } catch {
      getSelection().selectAllChildren(from);
      toast('Press Ctrl+C to copy');
    }
  }
  if (t.dataset.dismiss !== undefined) {
    const hint = t.closest('[data-once]');
    store.set('once.' + hint.dataset.once, true);
    hint.hidden = true;
  }
});

document.addEventListener('click', ev => {
  for (const d of $$('details.drop[open]')) if (!d.contains(ev.target)) d.open = false;
});

/* One send per press: a form on its way is not sent twice. */
const sending = new WeakMap();
document.addEventListener('submit', ev => {
  const form = ev.target, ask = ev.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (ev.defaultPrevented || form.method === 'dialog') return;
  if ((ask && !confirm(ask)) || performance.now() - (sending.get(form) ?? -9999) < 4000) {
    ev.preventDefault();
    return;
  }
  if (form.method === 'post') sending.set(form, performance.now());
  if (form.dataset.forRow !== undefined) aimAtRow(form);
});

addEventListener('pagehide', () => {
  tellPresence('gone', { keepalive: true });
  stopLive();
});
addEventListener('pageshow', ev => {
  if (!ev.persisted) return;
  startLive();
  refreshSoon();
  tellPresence('looking');
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  tick();
  if (wanted.size) refreshSoon([...wanted][0] || undefined);
  tellPresence('looking');
});

/* What scrolls sideways can be reached by keyboard. */
const reachable = () => { for (const p of $$('pre')) if (p.scrollWidth > p.clientWidth) p.tabIndex = 0; };

for (const b of $$('[data-open][hidden]')) b.hidden = false;
for (const h of $$('[data-once][hidden]')) h.hidden = store.get('once.' + h.dataset.once) === true;
for (const a of $$('textarea[data-draft]')) setUpDraft(a);
for (const f of $$('form[data-composer]')) setUpComposer(f);
for (const f of $$('.flash[data-left]')) setUpUndo(f);
$('[data-errors]')?.focus();
printKeys();
countPicked();
reachable();
recall();
tick();
setInterval(tick, 60000);
startLive();
startPresence();
