/* demo_text.c: chance, and texts made of the words of demo_words.c. */
#include "transfer/demo.h"

#include <string.h>

#include "base/banned.h"

/* splitmix64: small, and each seed gives an unrelated sequence. */
void rng_seed(struct demo_rng *r, uint64_t seed, uint64_t number)
{
	r->s = seed * UINT64_C(0x9E3779B97F4A7C15) ^ (number + 1) * UINT64_C(0xD1B54A32D192ED03);
	rng_next(r);
}

uint64_t rng_next(struct demo_rng *r)
{
	uint64_t z = (r->s += UINT64_C(0x9E3779B97F4A7C15));
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

int64_t rng_below(struct demo_rng *r, int64_t n)
{
	return n > 0 ? (int64_t)(rng_next(r) % (uint64_t)n) : 0;
}

int64_t rng_between(struct demo_rng *r, int64_t from, int64_t to)
{
	return from + rng_below(r, to - from + 1);
}

bool rng_chance(struct demo_rng *r, int per_mille)
{
	return rng_below(r, 1000) < per_mille;
}

int64_t rng_skewed(struct demo_rng *r, int64_t n)
{
	int64_t a = rng_below(r, n), b = rng_below(r, n);
	return a < b ? a : b;
}

const char *rng_pick(struct demo_rng *r, const char *const *list)
{
	int64_t n = 0;
	while (list[n])
		n++;
	return n ? list[rng_below(r, n)] : "";
}

void demo_slots_pick(struct demo_slots *s, struct demo_rng *r, const struct demo_area *area)
{
	int64_t n = 0;
	while (demo_versions[n])
		n++;
	int64_t v = rng_between(r, 2, n - 1);
	*s = (struct demo_slots){
		.rng = r, .area = area, .version = demo_versions[v], .old_version = demo_versions[v - rng_between(r, 1, 2)],
		.deployment = "docker-compose", .repo = rng_pick(r, demo_repos), .service = rng_pick(r, demo_services),
		.group = rng_pick(r, demo_groups), .language = rng_pick(r, demo_languages),
	};
}

static const char *const days[] = { "on Monday", "yesterday", "last week", "this morning", "on Friday", "last night", NULL };

static void slot(struct buf *b, struct demo_slots *s, struct str name)
{
	struct demo_rng *r = s->rng;
	if (str_eq(name, S("n")))
		buf_i64(b, rng_between(r, 2, 96));
	else if (str_eq(name, S("bign")))
		buf_fmt(b, "%d,%03d", (int)rng_between(r, 1, 64), (int)rng_below(r, 1000));
	else if (str_eq(name, S("pct")))
		buf_i64(b, rng_between(r, 3, 97));
	else if (str_eq(name, S("line")))
		buf_i64(b, rng_between(r, 17, 1890));
	else if (str_eq(name, S("hex")))
		buf_fmt(b, "%06x", (unsigned)(rng_next(r) & 0xFFFFFF));
	else if (str_eq(name, S("clock")))
		buf_fmt(b, "%02d:%02d", (int)rng_between(r, 0, 23), (int)rng_below(r, 12) * 5);
	else if (str_eq(name, S("day")))
		buf_add(b, str_c(rng_pick(r, days)));
	else if (str_eq(name, S("version")))
		buf_add(b, str_c(s->version));
	else if (str_eq(name, S("oldversion")))
		buf_add(b, str_c(s->old_version));
	else if (str_eq(name, S("deployment")))
		buf_add(b, str_c(s->deployment));
	else if (str_eq(name, S("repo")))
		buf_add(b, str_c(s->repo));
	else if (str_eq(name, S("service")))
		buf_add(b, str_c(s->service));
	else if (str_eq(name, S("group")))
		buf_add(b, str_c(s->group));
	else if (str_eq(name, S("language")))
		buf_add(b, str_c(s->language));
	else if (str_eq(name, S("name")))
		buf_add(b, s->customer_first);
	else if (str_eq(name, S("person")))
		buf_add(b, s->other_engineer);
	else if (str_eq(name, S("zone")))
		buf_add(b, s->zone);
	else
		ASSERT(!"a {word} of demo_words.c that nobody knows");
}

void demo_say(struct buf *b, struct demo_slots *s, const char *text)
{
	struct str rest = str_c(text), head, name;
	/* Braces that are not a lower-case word stand for themselves: the texts hold JSON. */
	while (str_cut(rest, '{', &head, &rest)) {
		buf_add(b, head);
		ptrdiff_t end = str_find_ch(rest, '}');
		bool word = end > 0 && end < 12;
		for (ptrdiff_t i = 0; word && i < end; i++)
			word = rest.p[i] >= 'a' && rest.p[i] <= 'z';
		if (!word) {
			buf_ch(b, '{');
			continue;
		}
		name = str_slice(rest, 0, (size_t)end);
		slot(b, s, name);
		rest = str_slice(rest, (size_t)end + 1, rest.n);
	}
	buf_add(b, head);
}

static void say_one(struct buf *b, struct demo_slots *s, const char *const *list)
{
	demo_say(b, s, rng_pick(s->rng, list));
}

static void paragraph(struct buf *b)
{
	buf_add(b, S("\n\n"));
}

struct str demo_subject(struct arena *a, struct demo_slots *s)
{
	struct buf b;
	buf_init(&b, a, 400);
	say_one(&b, s, s->area->subjects);
	return buf_str(&b);
}

static void log_line(struct buf *b, struct demo_slots *s, int64_t second)
{
	buf_fmt(b, "%02d:%02d:%02d.%03d ", (int)(second / 3600 % 24), (int)(second / 60 % 60), (int)(second % 60), (int)rng_below(s->rng, 1000));
	say_one(b, s, s->area->logs);
	buf_ch(b, '\n');
}

static void excerpt(struct buf *b, struct demo_slots *s)
{
	buf_add(b, S("```\n"));
	if (rng_chance(s->rng, 200)) {
		say_one(b, s, demo_stacks);
		buf_ch(b, '\n');
	} else {
		int64_t second = rng_below(s->rng, 86400), lines = rng_between(s->rng, 2, 7);
		for (int64_t i = 0; i < lines; i++)
			log_line(b, s, second += rng_between(s->rng, 1, 40));
	}
	buf_add(b, S("```"));
}

struct str demo_log(struct arena *a, struct demo_slots *s, int lines)
{
	struct buf b;
	buf_init(&b, a, 4 << 20);
	int64_t second = rng_below(s->rng, 80000);
	for (int i = 0; i < lines; i++) {
		if (i % 97 == 61) {
			say_one(&b, s, demo_stacks);
			buf_ch(&b, '\n');
		}
		log_line(&b, s, second += rng_between(s->rng, 0, 9));
	}
	return buf_str(&b);
}

struct str demo_first_mail(struct arena *a, struct demo_slots *s)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	say_one(&b, s, demo_openings);
	paragraph(&b);
	say_one(&b, s, s->area->symptoms);
	buf_ch(&b, ' ');
	say_one(&b, s, demo_contexts);
	if (rng_chance(s->rng, 550)) {
		paragraph(&b);
		if (rng_chance(s->rng, 500))
			demo_say(&b, s, "The log of {service} says:\n\n");
		excerpt(&b, s);
	}
	if (rng_chance(s->rng, 700)) {
		paragraph(&b);
		say_one(&b, s, demo_pressures);
	}
	paragraph(&b);
	say_one(&b, s, demo_closings);
	buf_ch(&b, '\n');
	buf_add(&b, s->customer_name);
	return buf_str(&b);
}

struct str demo_reply_text(struct arena *a, struct demo_slots *s, enum demo_reply kind)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	say_one(&b, s, demo_greetings);
	paragraph(&b);
	say_one(&b, s, demo_thanks);
	buf_ch(&b, ' ');
	switch (kind) {
	case REPLY_ASKS:
		demo_say(&b, s, "Before I can say more I need two things from you:");
		buf_add(&b, S("\n\n1. "));
		demo_say(&b, s, s->area->asks[0]);
		buf_add(&b, S("\n2. "));
		demo_say(&b, s, s->area->asks[1]);
		break;
	case REPLY_EXPLAINS:
		say_one(&b, s, s->area->findings);
		paragraph(&b);
		say_one(&b, s, s->area->asks);
		break;
	case REPLY_SOLVES:
		say_one(&b, s, s->area->findings);
		paragraph(&b);
		buf_add(&b, S("**What to do:** "));
		say_one(&b, s, s->area->fixes);
		if (rng_chance(s->rng, 300)) {
			buf_add(&b, S("\n\n```sh\n"));
			demo_say(&b, s, "kubectl rollout restart deploy/{service}\nkubectl logs -f deploy/{service} --since={n}m | grep -c error");
			buf_add(&b, S("\n```"));
		}
		break;
	}
	paragraph(&b);
	say_one(&b, s, demo_next_steps);
	paragraph(&b);
	say_one(&b, s, demo_signoffs);
	buf_ch(&b, '\n');
	buf_add(&b, s->engineer_signature);
	return buf_str(&b);
}

struct str demo_answer_text(struct arena *a, struct demo_slots *s, bool still)
{
	struct buf b;
	buf_init(&b, a, 64 << 10);
	say_one(&b, s, demo_openings);
	paragraph(&b);
	say_one(&b, s, still ? demo_still : demo_answers);
	if (rng_chance(s->rng, 650)) {
		paragraph(&b);
		excerpt(&b, s);
	}
	if (rng_chance(s->rng, 350)) {
		paragraph(&b);
		say_one(&b, s, demo_pressures);
	}
	paragraph(&b);
	buf_add(&b, s->customer_first);
	return buf_str(&b);
}

struct str demo_confirm_text(struct arena *a, struct demo_slots *s)
{
	struct buf b;
	buf_init(&b, a, 4 << 10);
	say_one(&b, s, demo_confirms);
	paragraph(&b);
	buf_add(&b, s->customer_first);
	return buf_str(&b);
}

struct str demo_note_text(struct arena *a, struct demo_slots *s)
{
	struct buf b;
	buf_init(&b, a, 4 << 10);
	say_one(&b, s, demo_notes);
	return buf_str(&b);
}
