/* place.c: see place.h. */
#include "web/place.h"

#include "core/feature.h"
#include "web/app.h"
#include "web/layout.h"

#include "base/banned.h"

enum { PLACES = 64, CARDS_BYTES = 64 * 1024 };

enum err web_cards(struct web *w, enum card_at at, int64_t id, struct str *ret)
{
	struct html h;
	html_init(&h, w->c->arena, CARDS_BYTES);
	h.csrf = w->html.csrf;
	h.zone = w->html.zone;
	h.now_us = w->html.now_us;
	for (const struct feature *const *f = w->app->cfg.features; *f; f++)
		for (const struct card *k = (*f)->cards; k && k->show; k++)
			if (k->at == at)
				TRY(k->show(w, id, &h));
	*ret = buf_str(&h.buf);
	return OK;
}

/* How much of the path the place's own beginnings cover; 0 = it is not inside. */
static size_t inside(struct str path, const struct place *p)
{
	struct str rest = str_c(p->under ? p->under : p->url), one;
	size_t most = 0;
	while (rest.n) {
		if (!str_cut(rest, ' ', &one, &rest)) {
			one = rest;
			rest = S("");
		}
		if (str_starts(path, one) && one.n > most)
			most = one.n;
	}
	return most;
}

/* The place that covers most of the path: /admin/quarantine is no page of Admin's. */
static const struct place *place_of(const struct feature *const *f, struct str path)
{
	const struct place *ret = NULL;
	size_t most = 0;
	for (; *f; f++)
		for (const struct place *p = (*f)->places; p && p->label; p++)
			if (!p->post && inside(path, p) > most) {
				most = inside(path, p);
				ret = p;
			}
	return ret;
}

/* By their names: of many links one looks for a word, not for a slice. */
static void sort_links(struct layout_link *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && str_cmp(v[k].label, v[k - 1].label) < 0; k--) {
			struct layout_link t = v[k];
			v[k] = v[k - 1];
			v[k - 1] = t;
		}
}

void web_places(struct web *w, struct layout *l)
{
	struct layout_link *rail = arena_array(w->c->arena, struct layout_link, PLACES), *more = arena_array(w->c->arena, struct layout_link, PLACES);
	struct layout_link *work = arena_array(w->c->arena, struct layout_link, PLACES);
	struct layout_act *acts = arena_array(w->c->arena, struct layout_act, PLACES);
	const struct place *here = place_of(w->app->cfg.features, w->req->path);
	l->n_places = l->n_more = l->n_acts = l->n_work = 0;
	for (const struct feature *const *f = w->app->cfg.features; *f; f++)
		for (const struct place *p = (*f)->places; p && p->label; p++) {
			if ((p->need && !(w->c->actor.caps & p->need)) || l->n_places + l->n_more + l->n_work >= PLACES)
				continue;
			if (p->post && l->n_acts < PLACES)
				acts[l->n_acts++] = (struct layout_act){ .label = str_c(p->label), .key = str_c(p->key ? p->key : ""), .post = str_c(p->post), .back = str_c(p->url),
									 .done = str_c(p->done ? p->done : p->url) };
			if (p->post)
				continue;
			struct layout_link k = { .label = str_c(p->label), .url = str_c(p->url), .here = p == here, .key = str_c(p->key ? p->key : "") };
			if (p->work)
				work[l->n_work++] = k;
			else if (p->rail)
				rail[l->n_places++] = k;
			else
				more[l->n_more++] = k;
			l->more_here |= !p->rail && !p->work && k.here;
		}
	sort_links(more, l->n_more);
	l->acts = acts;
	l->work = work;
	l->places = rail;
	l->more = more;
}
