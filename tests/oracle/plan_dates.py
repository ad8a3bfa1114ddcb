#!/usr/bin/env python3
"""Dates of plans, worked out again in Python: reads what outcome_cohort_test wrote (TEND_COHORT_DUMP=FILE), one JSON object a line.

    python3 tests/oracle/plan_dates.py FILE
"""
import calendar
import json
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def after(start, unit, n):
    if unit != "month":
        return start + timedelta(days=n * (7 if unit == "week" else 1))
    months = start.year * 12 + start.month - 1 + n
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def due(start, unit, n, mask):
    last = after(start, unit, n) - timedelta(days=1)
    worked = [last - timedelta(days=k) for k in range(7) if mask >> (last - timedelta(days=k)).weekday() & 1]
    return max(start, worked[0] if worked else last)


def begins(day, zone):
    """The first instant of a local day: where midnight does not exist, the end of the gap."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    utc = local.astimezone(timezone.utc)
    back = utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back != local.replace(tzinfo=None):  # a gap: find the change
        low, high = utc - timedelta(hours=3), utc + timedelta(hours=3)
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(ZoneInfo(zone)).date() >= day:
                high = middle
            else:
                low = middle
        utc = high.replace(microsecond=0)
    return int(utc.timestamp()) * 1_000_000


def main():
    checked = wrong = 0
    zones = set()
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            x = json.loads(line)
            day = due(date.fromisoformat(x["start"]), x["unit"], x["n"], x["mask"])
            instant = begins(day + timedelta(days=1), x["zone"])
            checked += 1
            zones.add(x["zone"])
            if day.isoformat() != x["due"] or instant != x["due_us"]:
                wrong += 1
                print(f"{x}: Python says {day} {instant}")
    print(f"{checked} dates in {len(zones)} zones, {wrong} differ")
    sys.exit(1 if wrong or not checked else 0)


main()
