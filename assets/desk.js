// desk.js: what all parts use, keys, lists and the palette. The script of the pages is this file and its parts, put together by tools/embed in this
// order: desk.js, desk.live.js (live updates, presence), desk.write.js (drafts, the composer), desk.start.js (time, small things, and the start, which is
// last). One scope: what one part names, all know.
//
// assets/README.md is the contract: everything is driven by data- attributes. Laws of all parts: text becomes text nodes,
// never markup; the only markup taken in is our own pages, parsed by the one Trusted Types policy; nothing moves the focus,
// the scroll or what is being typed; the server decides, this only asks sooner.

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
    if (row) sessionStorage.setItem('tend.list', JSON.stringify({ path: location.pathname + location.search, title: $('h1')?.textContent.trim(), row: row.dataset.row, top: row.getBoundingClientRect().top }));
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
    scrollBy(0, row.getBoundingClientRect().top - was.top);   // not by the page's height: rows nobody has seen yet have only an estimated one
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
  for (const e of [...$$('main [data-palette], main [data-key]'), ...$$('[data-palette], [data-key]')]) {   // what this page does comes first
    const title = words(e);
    const inMenu = e.closest('[popover]');
    if (!title || seen.has(title) || typing(e) || e.closest('dialog') || !(inMenu || usable(e))) continue;
    if (e.dataset.forRow !== undefined && !currentRow()) continue;
    seen.add(title);
    entries.push({ title, meta: inMenu ? 'go there' : '', key: e.dataset.key && keyOf(e), run: () => activate(e) });
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
