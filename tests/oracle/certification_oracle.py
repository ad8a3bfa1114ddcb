#!/usr/bin/env python3
"""certification_oracle.py: the certification rule a second time, written from its text alone (docs/certification.md), slowly and plainly.

  certification_oracle.py answer            questions on standard input, answers on standard output
  certification_oracle.py make SEED COUNT   random questions

It shares nothing with the C: after every event it looks again at everything that happened."""
import json
import random
import re
import sys
from datetime import datetime, timedelta, timezone


class Bad(Exception):
    pass


def need(obj, key, kind, what):
    if key not in obj:
        raise Bad(f"{what}{key} is missing")
    v = obj[key]
    good = {
        "text": isinstance(v, str),
        "bool": isinstance(v, bool),
        "whole": isinstance(v, int) and not isinstance(v, bool),
        "list": isinstance(v, list),
        "object": isinstance(v, dict),
    }[kind]
    if not good:
        raise Bad(f"{what}{key} must be a {kind}")
    return v


def instant(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", text):
        raise Bad(f"no instant: {text}")
    try:
        return datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text.replace("t", "T"))).astimezone(timezone.utc)
    except ValueError as e:
        raise Bad(str(e))


def check(q):
    """Malformed questions raise Bad."""
    p = need(q, "programme", "object", "")
    ids = []
    for c in need(p, "competencies", "list", "programme."):
        if not isinstance(c, dict):
            raise Bad("competency")
        ids.append(need(c, "id", "text", "competency "))
        need(c, "core", "bool", "competency ")
    scorers = need(p, "scorers", "list", "programme.")
    if not scorers or not all(isinstance(s, str) for s in scorers):
        raise Bad("scorers")
    if len(set(ids)) != len(ids) or len(set(scorers)) != len(scorers):
        raise Bad("repeated")
    if need(p, "max_score", "whole", "programme.") < 1 or need(p, "min_led_sessions", "whole", "programme.") < 0:
        raise Bad("range")
    if need(p, "pass", "text", "programme.") not in ("one_session", "latest", "any"):
        raise Bad("pass rule")
    asof = instant(need(q, "asof", "text", ""))
    for e in need(q, "events", "list", ""):
        if not isinstance(e, dict):
            raise Bad("event")
        instant(need(e, "t", "text", "event "))
        kind = need(e, "type", "text", "event ")
        if kind == "session":
            need(e, "id", "text", "session ")
            need(e, "lead", "bool", "session ")
            need(e, "shadow", "bool", "session ")
        elif kind == "score":
            need(e, "session", "text", "score ")
            need(e, "scorer", "text", "score ")
            need(e, "scores", "object", "score ")
        elif kind not in ("practice", "cleared", "revoked"):
            raise Bad("unknown event")
    return p, asof


def in_force(accepted):
    """Of the accepted scores, those that no later one of the same session and scorer replaced."""
    last = {}
    for e in accepted:
        last[(e["session"], e["scorer"])] = e
    return list(last.values())


def passes(p, counting, accepted):
    top = p["max_score"]
    core = [c["id"] for c in p["competencies"] if c["core"]]

    def is_full(e):
        return all(e["scores"].get(c) == top for c in core)

    if len(counting) < p["min_led_sessions"]:
        return False
    scores = in_force(accepted)
    if p["pass"] == "one_session":
        return any(all(any(e["session"] == s["id"] and e["scorer"] == who and is_full(e) for e in scores) for who in p["scorers"])
                   for s in counting)
    if p["pass"] == "any":
        return all(any(e["scorer"] == who and is_full(e) for e in scores) for who in p["scorers"])
    for who in p["scorers"]:
        mine = [e for e in accepted if e["scorer"] == who]
        if not mine or not is_full(mine[-1]):
            return False
    return True


def evaluate(q):
    p, asof = check(q)
    known = {c["id"] for c in p["competencies"]}
    order = sorted(range(len(q["events"])), key=lambda i: (instant(q["events"][i]["t"]), i))
    order = [i for i in order if instant(q["events"][i]["t"]) <= asof]
    errors, ids = [], set()
    practised = cleared = certified = revoked = False
    counting, accepted, certified_at = [], [], None
    for i in order:
        e = q["events"][i]
        kind = e["type"]
        if kind == "practice":
            practised = True
        elif kind == "cleared":
            cleared = True
        elif kind == "revoked":
            if not certified:
                errors.append(i)
                continue
            practised = cleared = certified = False
            revoked = True
            counting, accepted, certified_at = [], [], None
        elif kind == "session":
            if e["id"] in ids:
                errors.append(i)
                continue
            ids.add(e["id"])
            if e["lead"]:
                if cleared and (e["shadow"] or certified):
                    counting.append(e)
                else:
                    errors.append(i)
                    continue
        else:
            good = e["session"] in {s["id"] for s in counting} and e["scorer"] in p["scorers"]
            for c, v in e["scores"].items():
                good = good and c in known and isinstance(v, int) and not isinstance(v, bool) and 1 <= v <= p["max_score"]
            if not good:
                errors.append(i)
                continue
            accepted.append(e)
        if not certified and passes(p, counting, accepted):
            certified, certified_at = True, e["t"]
    focus = []
    scored = [s for s in counting if any(e["session"] == s["id"] for e in accepted)]
    if scored:
        of_newest = [e for e in in_force(accepted) if e["session"] == scored[-1]["id"]]
        for c in p["competencies"]:
            values = [e["scores"][c["id"]] for e in of_newest if c["id"] in e["scores"]]
            if values and min(values) < p["max_score"]:
                focus.append(c["id"])
    state = ("certified" if certified else "cleared" if cleared else "practising" if practised else
             "revoked" if revoked else "not_started")
    return {"id": q["id"], "state": state, "certified_at": certified_at, "focus": focus, "may_lead_alone": state == "certified",
            "may_lead_with_shadow": state in ("cleared", "certified"), "errors": sorted(errors)}


def answer(line):
    try:
        q = json.loads(line)
    except ValueError:
        return {"id": None, "error": "no JSON"}
    if not isinstance(q, dict) or not isinstance(q.get("id"), str):
        return {"id": None, "error": "no object with an id"}
    try:
        return evaluate(q)
    except Bad as e:
        return {"id": q["id"], "error": str(e)}


# ---- random questions ----

def stamp(r, t):
    how = r.random()
    if how < 0.85:
        return t.strftime("%Y-%m-%dT%H:%M:%SZ")
    if how < 0.95:
        hours = r.choice([-8, -3, 1, 5, 9])
        return (t + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + "%+03d:00" % hours
    return t.strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % r.choice([0, 1, 500])


def value(r, top, luck):
    if r.random() < luck:
        return top
    return r.choices([r.randint(1, top), 0, top + 1, -1, 1.5, float(top), True, None, str(top), [], 10 ** 30],
                     [60, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5])[0]


def make(r, n):
    top = r.choice([1, 2, 3, 3, 3, 5])
    names = [f"c{i}" for i in range(r.choice([0, 1, 1, 2, 2, 3, 4]))]
    core = r.choice([0.0, 0.6, 0.6, 1.0])
    scorers = ["mentor", "manager", "lead"][:r.choice([1, 2, 2, 3])]
    p = {"competencies": [{"id": c, "core": r.random() < core} for c in names], "max_score": top, "scorers": scorers,
         "pass": r.choice(["one_session", "latest", "any"]), "min_led_sessions": r.choice([0, 0, 1, 2, 3])}
    start = datetime(2022, 1, 1, 9, tzinfo=timezone.utc)
    luck = r.choice([0.5, 0.8, 0.95])
    step = r.choice([0.3, 3, 30])
    events, t, sessions = [], start, 0
    if r.random() < 0.6:                # most people are cleared before anything else; the others show what is refused
        events.append({"t": stamp(r, start), "type": "cleared"})
    for _ in range(r.choice([0, 3, 8, 15, 30])):
        t += timedelta(hours=int(r.random() * step))
        kind = r.choices(["practice", "cleared", "session", "score", "revoked"], [2, 3, 5, 12, 1.2])[0]
        when = t - timedelta(hours=r.randint(1, 40)) if r.random() < 0.06 else t
        e = {"t": stamp(r, when), "type": kind}
        if kind == "session":
            sessions += r.random() < 0.9
            e.update(id=f"s{sessions}", lead=r.random() < 0.88, shadow=r.random() < 0.8)
        elif kind == "score":
            some = [c for c in names if r.random() < 0.93]
            e.update(session=f"s{max(0, sessions - r.choice([0, 0, 0, 1, 2]))}", scorer=r.choice(scorers * 8 + ["stranger"]),
                     scores={c: value(r, top, luck) for c in some})
            if r.random() < 0.03:
                e["scores"]["zz"] = 1
            if r.random() < 0.04:
                e["scores"] = {}
        events.append(e)
    if r.random() < 0.15:
        r.shuffle(events)
    asof = start + timedelta(hours=r.choice([10000, 10000, 10000, r.randint(0, 400)]))
    q = {"id": f"q{n}", "programme": p, "asof": stamp(r, asof), "events": events}
    if r.random() < 0.04:
        spoil(r, q)
    return q


def spoil(r, q):
    """Takes a part away, or makes it another kind."""
    places = [(q, k) for k in q if k != "id"] + [(q["programme"], k) for k in q["programme"]]
    for e in q["events"] + q["programme"]["competencies"]:
        places += [(e, k) for k in e]
    obj, key = r.choice(places)
    if r.random() < 0.5:
        del obj[key]
    else:
        obj[key] = r.choice([None, "x", 7, -1, True, [], {}, 2.5, ["mentor", "mentor"]])
    if r.random() < 0.1:
        q["programme"] = [] if r.random() < 0.5 else q.get("programme")


def main():
    if sys.argv[1:2] == ["make"] and len(sys.argv) == 4:
        r = random.Random(int(sys.argv[2]))
        for n in range(int(sys.argv[3])):
            print(json.dumps(make(r, n)))
    elif sys.argv[1:] == ["answer"]:
        for line in sys.stdin:
            if line.strip():
                print(json.dumps(answer(line)))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
