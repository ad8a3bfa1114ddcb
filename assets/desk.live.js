// desk.live.js: what changes while a page stands open: fragments brought up to date, the stream of events, who else is there. Part of desk.js.

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

/* ---- search as you type ---- */

/* What the field finds comes into the element that the form names, and into the address, so that coming back finds it again. Enter asks as without a script. */
function setUpTyping(form) {
  const field = $('input[type=search]', form), old = document.getElementById(form.dataset.typing);
  let wait = 0, turn = 0;
  const ask = async () => {
    const mine = ++turn, url = new URL(form.action);
    url.searchParams.set('q', field.value);
    try {
      const r = await fetch(url, { headers: { Accept: 'text/html', 'X-Tend-Part': old.id } });
      if (!r.ok || mine !== turn) return;
      const text = await r.text(), doc = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
      if (mine !== turn) return;
      morph(old, doc.getElementById(old.id));
      history.replaceState(null, '', url);
    } catch { /* the server is away: Enter says so */ }
  };
  field?.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(ask, 90); });
  form.addEventListener('submit', () => { clearTimeout(wait); turn++; });
}
