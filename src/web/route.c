/* route.c: matching paths, routed once, on the decoded canonical path; see route.h. */
#include "web/route.h"

#include <string.h>

#include "base/banned.h"

static bool digits(struct str s)
{
	int64_t v;
	return str_i64(s, &v) && v > 0;
}

static bool match(const char *pattern, struct str path, struct web *w)
{
	struct str pat = str_c(pattern);
	size_t n = 0;
	struct web_param params[ARRAY_LEN(w->params)];
	while (pat.n || path.n) {
		struct str want, have;
		if (pat.n == 0 || path.n == 0 || pat.p[0] != '/' || path.p[0] != '/')
			return false;
		pat = str_slice(pat, 1, pat.n);
		path = str_slice(path, 1, path.n);
		if (pat.n && pat.p[0] == '*') {
			params[n++] = (struct web_param){ str_slice(pat, 1, pat.n), path };
			break;
		}
		ptrdiff_t at = str_find_ch(pat, '/'), to = str_find_ch(path, '/');
		want = at < 0 ? pat : str_slice(pat, 0, (size_t)at);
		have = to < 0 ? path : str_slice(path, 0, (size_t)to);
		pat = str_slice(pat, want.n, pat.n);
		path = str_slice(path, have.n, path.n);
		if (want.n && want.p[0] == ':') {
			struct str name = str_slice(want, 1, want.n);
			if (have.n == 0 || n == ARRAY_LEN(params) || (str_eq(name, S("id")) && !digits(have)))
				return false;
			params[n++] = (struct web_param){ name, have };
		} else if (!str_eq(want, have)) {
			return false;
		}
	}
	if (w) {
		memcpy(w->params, params, n * sizeof(*params));
		w->n_params = n;
	}
	return true;
}

const struct route *route_find(const struct route *const *tables, struct str method, struct str path, struct web *w, bool *ret_other_method)
{
	*ret_other_method = false;
	if (str_eq(method, S("HEAD")))
		method = S("GET");
	for (; *tables; tables++) {
		for (const struct route *r = *tables; r->pattern; r++) {
			/* most are ruled out by their first letter */
			if (path.n > 1 && r->pattern[1] != path.p[1] && r->pattern[1] != ':' && r->pattern[1] != '*')
				continue;
			bool same_method = str_eq(method, str_c(r->method));
			if (!match(r->pattern, path, same_method ? w : NULL))
				continue;
			if (same_method)
				return r;
			*ret_other_method = true;
		}
	}
	return NULL;
}
