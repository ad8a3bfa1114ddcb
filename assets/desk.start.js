// desk.start.js: times that go on, small things, and the start of all parts. The last part of desk.js.

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
for (const f of $$('form[data-typing]')) setUpTyping(f);
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
