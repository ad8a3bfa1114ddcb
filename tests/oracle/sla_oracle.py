#!/usr/bin/env python3
"""A second implementation of docs/sla.md, from its text alone, for comparing with `tend calendar eval` and `tend sla simulate`.

    sla_oracle.py calendar < QUESTIONS        the answers to questions of `tend calendar eval`
    sla_oracle.py simulate < LINES            the answers to lines of `tend sla simulate`
    sla_oracle.py make-calendar SEED COUNT    random questions
    sla_oracle.py make-scenarios SEED COUNT   random policy sets and histories

It shares no idea with the C: zones come from Python's zoneinfo; open time is listed day by day and added up; a clock is not
counted forward but computed anew from the whole history each time somebody asks. Slow and plain on purpose. Errors answer
{"id", "error": true}. Nothing here is used by tend.
"""
import bisect
import json
import random
import re
import sys
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Bad(Exception):
    pass


def parse_t(s):
    if not isinstance(s, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", s):
        raise Bad("instant")
    try:
        d = datetime.strptime(s, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Bad("instant")
    return (d - EPOCH) // timedelta(seconds=1)


def show(t):
    if t is None:
        return None
    return (EPOCH + timedelta(seconds=t)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


# ---- zones: runs of one offset, found by asking zoneinfo ----

def offset_at(zone, t):
    return int((EPOCH + timedelta(seconds=t)).astimezone(ZoneInfo(zone)).utcoffset().total_seconds())


@lru_cache(maxsize=None)
def runs_of_year(zone, year):
    """[(from, to, offset)] tiling a UTC year."""
    a = (datetime(year, 1, 1, tzinfo=timezone.utc) - EPOCH) // timedelta(seconds=1)
    b = (datetime(year + 1, 1, 1, tzinfo=timezone.utc) - EPOCH) // timedelta(seconds=1)
    step, runs, start, t, off = 12 * 3600, [], a, a, offset_at(zone, a)
    while t < b:
        n = min(t + step, b)
        then = offset_at(zone, n)
        if n < b and then != off or (n == b and offset_at(zone, n - 1) != off):
            lo, hi = t, n - (n == b)
            while hi - lo > 1:
                mid = (lo + hi) // 2
                if offset_at(zone, mid) == off:
                    lo = mid
                else:
                    hi = mid
            runs.append((start, hi, off))
            start, off, t = hi, offset_at(zone, hi), hi
            continue
        t = n
    runs.append((start, b, off))
    return runs


# ---- calendars ----

def parse_clock(s):
    if not isinstance(s, str) or not re.fullmatch(r"\d\d:\d\d(:\d\d)?", s):
        raise Bad("time")
    p = [int(x) for x in s.split(":")] + [0]
    v = p[0] * 3600 + p[1] * 60 + p[2]
    if p[1] > 59 or p[2] > 59 or v > 86400:
        raise Bad("time")
    return v


class Calendar:
    def __init__(self, spec):
        tz = spec.get("tz")
        if not isinstance(tz, str) or not re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", tz):
            raise Bad("zone")
        try:
            ZoneInfo(tz)
        except Exception:
            raise Bad("zone")
        self.tz = tz
        weekly, holidays = spec.get("weekly"), spec.get("holidays")
        if not isinstance(weekly, dict) or not isinstance(holidays, list):
            raise Bad("parts")
        self.week = [[] for _ in DAYS]
        for k, v in weekly.items():
            if k not in DAYS or not isinstance(v, list):
                raise Bad("weekday")
            for pair in v:
                if not isinstance(pair, list) or len(pair) != 2:
                    raise Bad("pair")
                x, y = parse_clock(pair[0]), parse_clock(pair[1])
                if x >= y:
                    raise Bad("order")
                self.week[DAYS.index(k)].append((x, y))
        self.holidays = set()
        for h in holidays:
            if not isinstance(h, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", h):
                raise Bad("holiday")
            try:
                self.holidays.add(date(int(h[:4]), int(h[5:7]), int(h[8:])))
            except ValueError:
                raise Bad("holiday")
        for d in self.week:
            d.sort()
            joined = []
            for x, y in d:
                if joined and x <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], max(y, joined[-1][1]))
                else:
                    joined.append((x, y))
            d[:] = joined
        self.empty = not any(self.week)
        self.years = {}

    def is_open(self, t):
        """D1, said once more in one line."""
        local = datetime(1970, 1, 1) + timedelta(seconds=t + offset_at(self.tz, t))
        s = local.hour * 3600 + local.minute * 60 + local.second
        return local.date() not in self.holidays and any(x <= s < y for x, y in self.week[local.weekday()])

    def year(self, y):
        """(ends, begins, sums): the open intervals that lie in a UTC year."""
        if y not in self.years:
            out = []
            for a, b, off in runs_of_year(self.tz, y):
                day = (a + off) // 86400
                while day * 86400 < b + off:
                    d = date(1970, 1, 1) + timedelta(days=day)
                    if d not in self.holidays:
                        for x, z in self.week[d.weekday()]:
                            lo, hi = max(a, day * 86400 + x - off), min(b, day * 86400 + z - off)
                            if lo < hi:
                                out.append((lo, hi))
                    day += 1
            out.sort()
            self.years[y] = (out, [hi for _, hi in out])
        return self.years[y]

    def intervals(self, a):
        """Open intervals from a on, clipped to it."""
        y = (EPOCH + timedelta(seconds=a)).year
        while y < 9999:
            out, ends = self.year(y)
            for lo, hi in out[bisect.bisect_right(ends, a):]:
                yield max(lo, a), hi
            y += 1

    def between(self, a, b):
        n = 0
        if self.empty:
            return 0
        for lo, hi in self.intervals(a):
            if lo >= b:
                break
            n += min(hi, b) - lo
        return n

    def add(self, a, n):
        if n == 0:
            return a
        if self.empty:
            return None
        for lo, hi in self.intervals(a):
            if hi - lo >= n:
                return lo + n
            n -= hi - lo
        return None


CALENDARS = {}


def calendar_of(spec):
    key = json.dumps([spec.get("tz"), spec.get("weekly"), spec.get("holidays")])
    if key not in CALENDARS:
        if len(CALENDARS) > 64:
            CALENDARS.clear()
        CALENDARS[key] = Calendar(spec)
    return CALENDARS[key]


def answer_calendar(q):
    op = q.get("op")
    if op == "validate":
        try:
            calendar_of(q)
            return {"result": "valid"}
        except Bad:
            return {"result": "invalid"}
    cal = calendar_of(q)
    if op == "is_open":
        return {"result": cal.is_open(parse_t(q.get("start")))}
    if op == "between":
        a, b = parse_t(q.get("start")), parse_t(q.get("end"))
        if b < a:
            raise Bad("order")
        return {"result": cal.between(a, b)}
    if op == "add":
        a, n = parse_t(q.get("start")), q.get("business_seconds")
        if isinstance(n, bool) or not isinstance(n, int) or n < 0:
            raise Bad("amount")
        return {"result": show(cal.add(a, n))}
    raise Bad("op")


# ---- policies ----

class Set:
    def __init__(self, j):
        self.cal = {k: Calendar(v) for k, v in j["calendars"].items()}
        self.default = self.cal[j["default_calendar"]]
        self.rows = j["rows"]
        self.automation = j.get("automation") or []

    def row(self, t, facts):
        """S3: the row in force at t for the facts."""
        best = None
        for r in self.rows:
            m = r.get("match", {})
            lo = parse_t(r["from"]) if r.get("from") else None
            hi = parse_t(r["to"]) if r.get("to") else None
            if (lo is not None and t < lo) or (hi is not None and t >= hi):
                continue
            if any(facts.get(k) != v for k, v in m.items()):
                continue
            # S3, then what policy.h adds for rows that S3 leaves equal: naming the segment, then the earlier place
            key = ("org" in m, "severity" in m, lo if lo is not None else float("-inf"), "segment" in m)
            if best is None or key > best[0]:
                best = (key, r)
        return best[1] if best else None


# ---- clocks ----

SOLVED = ("solved", "closed", "merged")


class Instance:
    def __init__(self, kind, start, floor=None):
        self.kind, self.start, self.floor = kind, start, floor
        self.row = None
        self.achieved = self.stopped = self.breach = self.frozen = None
        self.final = False


class Case:
    def __init__(self, pset, events, asof):
        self.p, self.asof = pset, asof
        self.history = []            # (t, status)
        self.facts = {}
        self.created = self.aware = self.merged_at = None
        self.outreach = False
        self.fr = self.res = None
        self.nexts, self.updates = [], []
        self.next = self.update = None
        self.late_message = None
        for e in sorted(((parse_t(e["t"]), i, e) for i, e in enumerate(events)), key=lambda x: x[:2]):
            if e[0] <= asof:
                self.event(e[0], e[2])

    # -- the arithmetic of one instance, always over the whole history --

    def target(self, i):
        return (i.row or {}).get("targets", {}).get(i.kind)

    def cal(self, i):
        return self.p.cal[i.row["calendar"]] if i.row else self.p.default

    def pause_on(self, i):
        if i.kind not in ("resolution", "periodic_update"):
            return ()
        t = self.target(i)
        return t["pause_on"] if t and t.get("pause_on") is not None else ["pending"]

    def pieces(self, i, upto):
        """[(from, to, what)] of [start, upto): counts, paused, solved."""
        if i.kind not in ("resolution", "periodic_update"):
            return [(i.start, upto, "counts")] if upto > i.start else []
        out = []
        for n, (t, status) in enumerate(self.history):
            lo = max(i.start, t) if n else i.start
            hi = self.history[n + 1][0] if n + 1 < len(self.history) else upto
            hi = min(hi, upto)
            if lo < hi:
                out.append((lo, hi, "solved" if status in SOLVED else "paused" if status in self.pause_on(i) else "counts"))
        return out

    def count(self, i, a, b):
        t = self.target(i)
        return b - a if t and t["basis"] == "wall" else self.cal(i).between(a, b)

    def plus(self, i, a, n):
        return a + n if self.target(i)["basis"] == "wall" else self.cal(i).add(a, n)

    def elapsed(self, i, upto):
        return sum(self.count(i, a, b) for a, b, w in self.pieces(i, upto) if w == "counts")

    def paused(self, i, upto):
        p = [(a, b) for a, b, w in self.pieces(i, upto) if w == "paused"]
        return sum(b - a for a, b in p), sum(self.cal(i).between(a, b) for a, b in p)

    def status_now(self):
        return self.history[-1][1] if self.history else None

    def now_counts(self, i, status):
        return i.kind not in ("resolution", "periodic_update") or not (status in SOLVED or status in self.pause_on(i))

    def when_used(self, i, amount, now, counting):
        """The instant at which `amount` is used up: in the past, or ahead if the clock counts now; else None."""
        left = amount
        if left == 0:
            return i.start
        for a, b, w in self.pieces(i, now):
            if w != "counts":
                continue
            n = self.count(i, a, b)
            if n >= left:
                return self.plus(i, a, left)
            left -= n
        return self.plus(i, max(now, i.start), left) if counting else None

    def seen(self, i, now, counting):
        """(due, warn) as seen at now."""
        t = self.target(i)
        if not t:
            return None, None
        due = self.when_used(i, t["seconds"], now, counting)
        warn = None
        if t.get("warn_remaining") is not None and t["warn_remaining"] <= t["seconds"]:
            warn = self.when_used(i, t["seconds"] - t["warn_remaining"], now, counting)
        return due, warn

    def look(self, i):
        i.row = self.p.row(i.start, self.facts)

    def note_breach(self, i, now):
        """Called before anything changes the promise: what is past due by now stays so."""
        due, _ = self.seen(i, now, self.now_counts(i, self.status_now()))
        if due is not None and now > due and i.breach is None:
            i.breach = max(due, i.floor) if i.floor is not None else due

    # -- events --

    def live(self):
        return self.status_now() not in SOLVED

    def start(self, kind, t, floor=None):
        i = Instance(kind, t, floor)
        self.look(i)
        return i

    def stop(self, i, t, achieved):
        if i is None or i.stopped is not None:
            return
        i.frozen = self.seen(i, t, self.now_counts(i, self.status_now()))
        i.stopped = t
        i.achieved = t if achieved else None
        i.paused = self.paused(i, t)
        i.spent = self.elapsed(i, t)

    def event(self, t, e):
        k = e["type"]
        if k == "created":
            self.created, self.aware = t, parse_t(e["aware_at"]) if e.get("aware_at") else t
            self.facts = {"org": e.get("org"), "segment": e.get("segment"), "severity": e.get("severity")}
            self.history.append((min(t, self.aware), "new"))
            self.outreach = e.get("by") == "agent" and not e.get("on_behalf")
            if not self.outreach:
                self.fr, self.res = self.start("first_response", self.aware), self.start("resolution", self.aware)
            return
        if self.created is None or self.status_now() == "merged":
            return
        if k == "message" and e.get("public", True):
            if e["by"] == "customer":
                self.customer(t)
            elif e["by"] == "agent":
                self.agent(t, e.get("ack", False), e.get("workaround", False))
        elif k == "status":
            self.status(t, e["to"])
        elif k in ("severity", "segment", "org"):
            for i in (self.fr, self.res, self.next, self.update):
                if i is not None and i.stopped is None:
                    self.note_breach(i, t)
            self.facts = dict(self.facts, **{k: e["to"]})
            for i in (self.fr, self.res, self.next, self.update):
                if i is not None and i.stopped is None:
                    self.again(i, t)
        elif k == "merged_from":
            self.merged_from(t, e)
        elif k == "merged_into":
            for i in (self.fr, self.res, self.next, self.update):
                self.stop(i, t, False)
            self.close_lists()
            self.merged_at = t
            self.history.append((t, "merged"))

    def again(self, i, t):
        old = i.row
        self.look(i)
        if i.row is not old:
            i.floor = t if i.floor is None else max(t, i.floor)

    def close_lists(self):
        self.next = self.update = None

    def customer(self, t):
        if not self.live():
            if self.late_message is None:
                self.late_message = t
        elif self.fr is None:
            self.fr, self.res = self.start("first_response", t), self.start("resolution", t)
        elif self.fr.achieved is not None and self.next is None:
            self.next = self.start("next_response", t)
            self.nexts.append(self.next)

    def agent(self, t, ack, workaround):
        if workaround and self.res is not None:
            self.stop(self.res, t, True)
            self.res.final = True
        if ack:
            return
        if not self.live():
            self.late_message = None
            return
        if self.fr is None:
            return
        self.stop(self.fr, t, True)
        self.stop(self.next, t, True)
        self.stop(self.update, t, True)
        self.close_lists()
        self.update = self.start("periodic_update", t)
        self.updates.append(self.update)

    def status(self, t, to):
        was = self.status_now()
        if to == was:
            return
        if was not in SOLVED and to in SOLVED:
            self.stop(self.fr, t, False)
            self.stop(self.res, t, True)
            self.stop(self.next, t, False)
            self.stop(self.update, t, False)
            self.close_lists()
            self.late_message = None
        self.history.append((t, to))
        if was in SOLVED and to not in SOLVED:
            self.reopen(t)

    def reopen(self, t):
        asked, self.late_message = self.late_message, None
        for i in (self.fr, self.res):
            if i is None or i.stopped is None or i.final or (i.kind == "first_response" and i.achieved is not None):
                continue
            due, _ = i.frozen
            if due is not None and i.stopped > due and i.breach is None:
                i.breach = max(due, i.floor) if i.floor is not None else due
            i.stopped = i.achieved = i.frozen = None
            i.floor = t if i.floor is None else max(t, i.floor)
            self.look(i)
        if self.fr is None and asked is not None:
            self.fr, self.res = self.start("first_response", asked, t), self.start("resolution", asked, t)
        elif self.fr is not None and self.fr.achieved is not None and asked is not None:
            self.next = self.start("next_response", asked, t)
            self.nexts.append(self.next)
        self.update = self.start("periodic_update", t)
        self.updates.append(self.update)

    def earlier(self, i, since, t):
        if since >= i.start:
            return
        if i.stopped is None:
            self.note_breach(i, t)
        elif i.breach is None and i.frozen[0] is not None and i.stopped > i.frozen[0]:
            i.breach = max(i.frozen[0], i.floor) if i.floor is not None else i.frozen[0]
        old_breach = i.breach
        i.start, i.floor = since, None
        self.look(i)
        if i.stopped is not None:
            i.frozen = self.seen(i, i.stopped, True)
            i.spent = self.elapsed(i, i.stopped)
        if old_breach is not None:
            due = self.seen(i, since, True)[0]
            i.breach = min(old_breach, due) if due is not None else old_breach

    def merged_from(self, t, e):
        owed = parse_t(e["first_response_owed_since"]) if e.get("first_response_owed_since") else None
        asked = parse_t(e["unanswered_since"]) if e.get("unanswered_since") else None
        if owed is not None:
            if self.fr is None:
                if self.live():
                    self.fr, self.res = self.start("first_response", owed), self.start("resolution", owed)
                elif self.late_message is None or owed < self.late_message:
                    self.late_message = owed
            elif self.fr.achieved is None:
                self.earlier(self.fr, owed, t)
        if asked is not None:
            if not self.live():
                if self.late_message is None or asked < self.late_message:
                    self.late_message = asked
            elif self.fr is not None and self.fr.achieved is not None:
                if self.next is not None:
                    self.earlier(self.next, asked, t)
                else:
                    self.next = self.start("next_response", asked)
                    self.nexts.append(self.next)

    # -- what is shown --

    def show(self, i):
        if i is None or (i.stopped is None and i.start > self.asof):
            return {"outcome": "not_started"}
        t = self.target(i)
        status = self.status_now()
        if i.stopped is not None:
            (due, warn), end, spent, paused = i.frozen, i.stopped, i.spent, i.paused
        else:
            end = self.asof
            due, warn = self.seen(i, end, self.now_counts(i, status))
            spent, paused = self.elapsed(i, end), self.paused(i, end)
        breach = i.breach
        if breach is None and due is not None and end > due:
            breach = max(due, i.floor) if i.floor is not None else due
        if breach is not None:
            outcome = "breached"
        elif i.stopped is not None and i.achieved is None:
            outcome = "cancelled"
        elif not t:
            outcome = "no_target"
        else:
            outcome = "met" if i.stopped is not None else "running"
        out = {
            "policy": i.row["id"] if i.row else None, "start": show(i.start), "target_seconds": t["seconds"] if t else None,
            "basis": t["basis"] if t else None, "due": show(due), "warn_at": show(warn), "achieved_at": show(i.achieved),
            "elapsed_seconds": spent, "remaining_seconds": t["seconds"] - spent if t else None, "outcome": outcome,
            "breach_at": show(breach),
        }
        if i.kind == "resolution":
            state = "stopped" if i.stopped is not None else "paused" if not self.now_counts(i, status) else "running"
            out.update(paused_wall_seconds=paused[0], paused_business_seconds=paused[1], state=state)
        return out

    def answer(self):
        until = min(self.asof, self.merged_at) if self.merged_at is not None else self.asof
        dur = {k: [0, 0] for k in ("requester_wait", "agent_work", "pending", "hold")}
        row = self.p.row(self.res.start, self.facts) if self.res else None
        cal = self.p.cal[row["calendar"]] if row else self.p.default
        for n, (t, s) in enumerate(self.history):
            lo = max(t, self.aware)
            hi = min(self.history[n + 1][0] if n + 1 < len(self.history) else until, until)
            if lo >= hi:
                continue
            w, b = hi - lo, cal.between(lo, hi)
            for k, which in (("requester_wait", ("new", "open", "hold")), ("agent_work", ("new", "open")), ("pending", ("pending",)),
                             ("hold", ("hold",))):
                if s in which:
                    dur[k][0] += w
                    dur[k][1] += b
        timers = {"auto_solve_at": None, "auto_close_at": None}
        if self.history:
            t, s = self.history[-1]
            t = max(t, self.created) if len(self.history) == 1 else t
            rows = [a for a in self.p.automation if a.get("from") is None or parse_t(a["from"]) <= t]
            if rows:
                a = max(rows, key=lambda a: parse_t(a["from"]) if a.get("from") else float("-inf"))
                for status, key, name in (("pending", "pending_to_solved", "auto_solve_at"), ("solved", "solved_to_closed", "auto_close_at")):
                    d = a.get(key)
                    if s == status and d:
                        timers[name] = show(t + d["seconds"] if d["basis"] == "wall" else self.p.default.add(t, d["seconds"]))
        return {
            "first_response": self.show(self.fr), "resolution": self.show(self.res),
            "next_response": [self.show(i) for i in self.nexts],
            "periodic_update": [self.show(i) for i in self.updates if self.target(i)],
            "durations": {k: {"wall_seconds": v[0], "business_seconds": v[1]} for k, v in dur.items()},
            "timers": timers, "status": self.status_now(),
        }


def count_seconds(spans):
    """The union, by marking edges."""
    n, depth, last = 0, 0, None
    for t, d in sorted([(a, 1) for a, b in spans if a < b] + [(b, -1) for a, b in spans if a < b], key=lambda x: (x[0], -x[1])):
        if depth > 0:
            n += t - last
        depth, last = depth + d, t
    return n


class Simulation:
    def __init__(self):
        self.sets, self.tally = {}, {}

    def line(self, j):
        k = j["kind"]
        if k == "policy_set":
            self.sets[j["name"]] = Set(j)
            return None
        if k == "scenario":
            p, asof = self.sets[j["policy_set"]], parse_t(j["asof"])
            cases = {n: Case(p, c["events"], asof).answer() for n, c in j["cases"].items()}
            for c in cases.values():
                for clock in ("first_response", "resolution", "next_response", "periodic_update"):
                    for i in c[clock] if isinstance(c[clock], list) else [c[clock]]:
                        self.tally.setdefault(clock, {}).setdefault(i["outcome"], 0)
                        self.tally[clock][i["outcome"]] += 1
            return {"cases": cases}
        if k == "maintenance":
            a, s, e = (parse_t(j[x]) for x in ("announced", "starts", "ends"))
            return {"notice_seconds": s - a, "duration_seconds": e - s, "notice_ok": s - a >= 86400, "duration_ok": e - s <= 7200}
        if k == "availability":
            a, b = parse_t(j["from"]), parse_t(j["to"])
            clip = lambda spans: [(max(a, parse_t(x)), min(b, parse_t(y))) for x, y in spans]
            down, planned = clip(j.get("downtime", [])), clip(j.get("maintenance", []))
            n = count_seconds(down + planned) - count_seconds(planned)
            return {"total_seconds": b - a, "downtime_seconds": n, "meets_99_5": (b - a - n) * 1000 >= (b - a) * 995}
        if k == "kpi":
            out = {}
            for clock in ("first_response", "resolution", "next_response", "periodic_update"):
                t = {o: self.tally.get(clock, {}).get(o, 0) for o in ("not_started", "running", "met", "breached", "cancelled", "no_target")}
                n = t["met"] + t["breached"]
                t["attainment_percent_x100"] = (20000 * t["met"] + n) // (2 * n) if n else None
                out[clock] = t
            return out
        raise Bad("kind")


# ---- random questions ----

ZONES = ["America/Los_Angeles", "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll",
         "Asia/Kathmandu", "Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran", "Asia/Gaza", "America/Santiago", "Pacific/Chatham",
         "Pacific/Kiritimati", "Asia/Kolkata", "Europe/Berlin", "Australia/Sydney", "America/Havana", "Africa/Cairo", "Asia/Amman",
         "America/Godthab", "Europe/Lisbon", "Asia/Pyongyang", "America/Caracas", "Pacific/Fakaofo", "Europe/Istanbul", "UTC", "Asia/Beirut",
         "America/Scoresbysund", "Atlantic/Azores", "Africa/El_Aaiun", "Europe/Volgograd", "Asia/Colombo", "America/Asuncion"]


def hms(s):
    t = "%02d:%02d:%02d" % (s // 3600, s // 60 % 60, s % 60)
    return t[:5] if s % 60 == 0 else t


def make_week(r):
    kind = r.randrange(8)
    if kind == 0:
        return {d: [["00:00", "24:00"]] for d in DAYS}
    if kind == 1:
        return {d: [["09:00", "17:00"]] for d in DAYS[:5]}
    if kind == 2:
        return {d: [["00:00", "06:00"], ["22:00", "24:00"]] for d in r.sample(DAYS, r.randint(1, 7))}
    if kind == 3:
        return {r.choice(DAYS): [["01:00", "04:00"]]}
    if kind == 4 and r.random() < 0.3:
        return {}
    out = {}
    for d in r.sample(DAYS, r.randint(1, 7)):
        out[d] = []
        for _ in range(r.randint(1, 4)):
            step = r.choice([1, 60, 900, 1800, 3600])
            a = r.randrange(0, 86400 // step) * step
            b = min(86400, a + max(step, r.randrange(1, 86400 // step + 1) * step // r.choice([1, 4, 12])))
            if a < b:
                out[d].append([hms(a), hms(b)])
    return out


def transitions(zone, year):
    runs = runs_of_year(zone, year)
    return [b for _, b, _ in runs[:-1]]


def make_instant(r, zone, lo=1995, hi=2045):
    y = r.randint(lo, hi)
    a = (datetime(y, 1, 1, tzinfo=timezone.utc) - EPOCH) // timedelta(seconds=1)
    t = a + r.randrange(0, 365 * 86400)
    kind = r.randrange(5)
    if kind == 0:
        t -= t % 3600
    if kind == 1:
        t -= t % 86400
    if kind in (2, 3):
        near = transitions(zone, y)
        if near:
            t = r.choice(near) + r.choice([-86400, -7200, -3600, -1800, -61, -1, 0, 1, 59, 3600, 5400, 86400, r.randint(-200000, 200000)])
    return t


def make_calendar(r):
    zone = r.choice(ZONES)
    hol = []
    for _ in range(r.choice([0, 0, 2, 10])):
        t = make_instant(r, zone)
        hol.append(str(date(1970, 1, 1) + timedelta(days=t // 86400)))
    if zone == "Pacific/Apia" and r.random() < 0.5:
        hol += ["2011-12-30", "2011-12-29"]
    return {"tz": zone, "weekly": make_week(r), "holidays": hol}


def make_calendar_question(r, n, cal):
    lo, hi = r.choice([(1995, 2030), (2000, 2045), (1971, 1999), (2036, 2040), (2290, 2310)])
    t = make_instant(r, cal["tz"], lo, hi)
    for h in cal["holidays"]:
        if r.random() < 0.15:
            t = (date.fromisoformat(h) - date(1970, 1, 1)).days * 86400 + r.randint(-90000, 172800)
    q = dict(cal, id="r-%d" % n)
    op = r.choice(["add", "add", "between", "between", "is_open"])
    q.update(op=op, start=show(t))
    if op == "add":
        q["business_seconds"] = r.choice([0, 1, 59, 3600, 28800, 86400, r.randrange(0, 400000), r.randrange(0, 3000000)])
    if op == "between":
        q["end"] = show(t + r.choice([0, 1, 3600, 86400, r.randrange(0, 10 ** 6), r.randrange(0, 4 * 10 ** 7)]))
    return q


def make_bad(r, n):
    good = {"id": "b-%d" % n, "tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "17:00"]]}, "holidays": ["2021-12-24"]}
    for key, value in [r.choice([("tz", "Mars/Olympus"), ("tz", ""), ("tz", "../../etc/passwd"), ("tz", "/etc/localtime"), ("tz", None), ("tz", 7),
                                 ("tz", "Europe//Berlin"), ("tz", "Europe/Berlin/"), ("weekly", None), ("weekly", []), ("weekly", {"monday": []}), ("weekly", {"Mon": []}),
                                 ("weekly", {"mon": [["9:00", "17:00"]]}), ("weekly", {"mon": [["09:00", "09:00"]]}), ("weekly", {"mon": "09:00"}),
                                 ("weekly", {"mon": [["17:00", "09:00"]]}), ("weekly", {"mon": [["09:00", "24:01"]]}), ("weekly", {"mon": [["09:00", "25:00"]]}),
                                 ("weekly", {"mon": [["09:60", "17:00"]]}), ("weekly", {"mon": [["09:00:60", "17:00"]]}), ("weekly", {"mon": [[9, 17]]}),
                                 ("weekly", {"mon": [["09:00", "17:00", "18:00"]]}), ("weekly", {"mon": [["09:00 ", "17:00"]]}), ("weekly", {"mon": ["09:00", "17:00"]}),
                                 ("weekly", {"mon": [["00:00:00", "24:00:00"]]}), ("weekly", {"mon": []}), ("weekly", {}), ("holidays", None),
                                 ("holidays", ["2021-02-30"]), ("holidays", ["2021-02-29"]), ("holidays", ["2020-02-29"]), ("holidays", [20211224]),
                                 ("holidays", "2021-12-24"), ("holidays", ["2021-12-24T00:00:00Z"]), ("holidays", ["2021-13-01"]), ("holidays", ["0000-01-01"]),
                                 ("holidays", [])])]:
        good[key] = value
    if r.random() < 0.2:
        del good[r.choice(["tz", "weekly", "holidays"])]
    good["op"] = r.choice(["validate", "validate", "add", "is_open", "between", "nonsense", None])
    good["start"] = r.choice(["2021-06-14T16:00:00Z", "2021-06-14T16:00:00Z", "2021-06-31T16:00:00Z", "yesterday", None])
    good["end"] = r.choice(["2021-06-15T16:00:00Z", "2021-06-13T16:00:00Z"])
    good["business_seconds"] = r.choice([5, -1, "5", None, True, 1.5])
    return good


def make_policy(r, n):
    zones = r.sample(ZONES, 3)
    cals = {}
    for i, z in enumerate(zones):
        cals["c%d" % i] = {"tz": z, "weekly": make_week(r) or {"mon": [["09:00", "17:00"]]}, "holidays": ["2021-06-16"] if r.random() < 0.5 else []}
    base = parse_t("2021-06-14T00:00:00Z")

    def target():
        t = {"seconds": r.choice([0, 1, 600, 1800, 3600, 7200, 14400, 28800, 86400]), "basis": r.choice(["business", "business", "wall"])}
        if r.random() < 0.7:
            t["warn_remaining"] = r.choice([0, 60, 600, 1800, 3600, 28800])
        return t

    rows = []
    for i in range(r.randint(1, 12)):
        m = {}
        if r.random() < 0.3:
            m["org"] = r.choice(["acme", "globex"])
        if r.random() < 0.5:
            m["segment"] = r.choice(["presales", "postsales"])
        if r.random() < 0.6:
            m["severity"] = r.choice([0, 1, 2, None])
        targets = {}
        for c in ("first_response", "next_response", "periodic_update", "resolution"):
            if r.random() < 0.75:
                targets[c] = target()
        for c in ("periodic_update", "resolution"):
            if c in targets and r.random() < 0.7:
                targets[c]["pause_on"] = r.choice([["pending"], ["pending", "hold"], ["hold"], [], ["new", "pending"], ["open"]])
        lo = show(base + r.randrange(-2, 6) * 43200) if r.random() < 0.5 else None
        hi = show(base + r.randrange(6, 14) * 43200) if r.random() < 0.3 else None
        rows.append({"id": "row%d" % i, "match": m, "from": lo, "to": hi, "calendar": r.choice(list(cals)), "targets": targets})
    delay = lambda: r.choice([None, {"seconds": r.choice([0, 3600, 57600]), "basis": r.choice(["business", "wall"])}])
    automation = [{"from": None, "pending_to_solved": delay(), "solved_to_closed": delay()},
                  {"from": show(base + 2 * 86400), "pending_to_solved": delay(), "solved_to_closed": delay()}][:r.randint(0, 2)]
    return {"kind": "policy_set", "name": "p%d" % n, "calendars": cals, "default_calendar": "c0", "rows": rows, "automation": automation}


def make_events(r, grid):
    base = parse_t("2021-06-14T00:00:00Z")
    t0 = base + r.randrange(0, 3 * 86400 // grid) * grid
    sev = lambda: r.choice([0, 1, 2, None])
    org = lambda: r.choice([None, None, "acme", "globex"])
    created = {"t": show(t0), "type": "created", "channel": "email", "by": r.choice(["customer"] * 4 + ["agent"]), "org": org(),
               "segment": r.choice(["presales", "postsales"]), "severity": sev()}
    if created["by"] == "agent" and r.random() < 0.4:
        created["on_behalf"] = r.random() < 0.7
    if r.random() < 0.15:
        created["aware_at"] = show(t0 + r.randrange(-20, 20) * grid)
    events, t = [created], t0
    for _ in range(r.choice([0, 2, 5, 8, 12, 20])):
        t += r.choice([0, 0, grid, grid, 2 * grid, r.randrange(1, 30) * grid])
        k = r.random()
        if k < 0.2:
            e = {"type": "message", "by": "customer", "public": r.random() < 0.95}
        elif k < 0.45:
            e = {"type": "message", "by": r.choice(["agent", "agent", "agent", "colleague", "system"]), "public": r.random() < 0.85, "ack": r.random() < 0.25}
            if r.random() < 0.1:
                e["workaround"] = True
        elif k < 0.8:
            e = {"type": "status", "to": r.choice(["new", "open", "open", "open", "pending", "pending", "hold", "solved", "solved", "closed"])}
        elif k < 0.88:
            e = {"type": "severity", "to": sev()}
        elif k < 0.91:
            e = {"type": "org", "to": org()}
        elif k < 0.93:
            e = {"type": "segment", "to": r.choice(["presales", "postsales"])}
        elif k < 0.97:
            e = {"type": "merged_from", "source": "B", "unanswered_since": show(t - r.randrange(0, 40) * grid) if r.random() < 0.5 else None,
                 "first_response_owed_since": show(t - r.randrange(0, 40) * grid) if r.random() < 0.5 else None}
        elif k < 0.98:
            e = {"type": "merged_into", "target": "B"}
        else:
            e = {"type": r.choice(["assigned", "note"]), "to": "x"}
        events.append(dict({"t": show(t)}, **e))
    if r.random() < 0.15:
        r.shuffle(events)
        events = [e for e in events if parse_t(e["t"]) >= t0]
        # those of the creation's second must come after it
        events.sort(key=lambda e: e["type"] != "created")
    return events, t0, t


def make_scenarios(seed, count):
    r = random.Random(seed)
    for n in range(count):
        if n % 25 == 0:
            policy = make_policy(r, n // 25)
            yield policy
        events, t0, t1 = make_events(r, r.choice([600, 1800, 3600, 3600, 7777]))
        asof = r.choice([t1, t1, t1 + 3600, t1 + 86400, t1 + 10 ** 6, r.randrange(t0, t1 + 1), t0])
        yield {"kind": "scenario", "id": "r-%d" % n, "policy_set": policy["name"], "asof": show(asof), "cases": {"A": {"events": events}}}
        if n % 20 == 7:
            a = parse_t("2021-06-01T00:00:00Z")
            span = lambda: (lambda x, y: [show(a + x), show(a + x + y)])(r.randrange(-50000, 2700000), r.randrange(0, 90000))
            yield {"kind": "availability", "id": "a-%d" % n, "from": show(a), "to": show(a + 2592000), "downtime": [span() for _ in range(r.randint(0, 5))],
                   "maintenance": [span() for _ in range(r.randint(0, 5))]}
            x = a + r.choice([86399, 86400, 86401])
            yield {"kind": "maintenance", "id": "m-%d" % n, "announced": show(a), "starts": show(x), "ends": show(x + r.choice([0, 7199, 7200, 7201]))}
    yield {"kind": "kpi", "id": "kpi"}


def main():
    mode = sys.argv[1]
    out = sys.stdout
    if mode == "make-calendar":
        r = random.Random(int(sys.argv[2]))
        for n in range(int(sys.argv[3])):
            if n % 20 == 0:
                cal = make_calendar(r)
            q = make_bad(r, n) if r.random() < 0.08 else make_calendar_question(r, n, cal)
            out.write(json.dumps(q) + "\n")
    elif mode == "make-scenarios":
        for j in make_scenarios(int(sys.argv[2]), int(sys.argv[3])):
            out.write(json.dumps(j) + "\n")
    elif mode == "calendar":
        for line in sys.stdin:
            q = json.loads(line)
            try:
                a = answer_calendar(q)
            except Bad:
                a = {"error": True}
            out.write(json.dumps(dict({"id": q.get("id")}, **a)) + "\n")
    elif mode == "simulate":
        s = Simulation()
        for line in sys.stdin:
            j = json.loads(line)
            a = s.line(j)
            if a is not None:
                out.write(json.dumps(dict({"id": j.get("id")}, **a)) + "\n")
    else:
        sys.exit(__doc__)


main()
