// desk.write.js: drafts that survive, and the composer. Part of desk.js.

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
