#!/usr/bin/env python3
"""Makes the golden data of src/base/civil_test.c anew: copies zone files of the system's tzdata here and writes
what zdump (offsets) and Python's zoneinfo (local times) say about them. Only needed to add a zone; the test reads
the committed files, so that a new tzdata cannot change its answers."""
import datetime as D, os, random, re, shutil, subprocess, zoneinfo

HERE = os.path.dirname(os.path.abspath(__file__))
ZONES = """Africa/Cairo Africa/Casablanca America/Asuncion America/Havana America/New_York America/Sao_Paulo
Asia/Beirut Asia/Kathmandu Asia/Tokyo Australia/Lord_Howe Europe/Berlin Europe/Dublin Europe/London Pacific/Apia
Pacific/Chatham America/Scoresbysund Asia/Gaza Etc/GMT+5""".split()
EPOCH = D.datetime(1970, 1, 1)
UTC = D.timezone.utc
random.seed(2026)

def seconds(naive):
    return int((naive - EPOCH).total_seconds())

offsets, locals_ = [], []
for name in ZONES:
    path = os.path.join(HERE, "zones", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copyfile("/usr/share/zoneinfo/" + name, path)
    lines, transitions = [], []
    for line in subprocess.run(["zdump", "-v", "-c", "1890,2120", path], capture_output=True, text=True).stdout.splitlines():
        m = re.match(r"\S+\s+\w+ (\w+ +\d+ [\d:]+ \d+) UTC? = .* (\S+) isdst=(\d) gmtoff=(-?\d+)$", line)
        if not m or not 1890 < int(m[1].split()[-1]) < 2120:
            continue
        t = seconds(D.datetime.strptime(m[1], "%b %d %H:%M:%S %Y"))
        lines.append((t, int(m[4]), int(m[3]), m[2]))
    # zdump gives the second before and the second of each transition.
    pairs = list(zip(lines[0::2], lines[1::2]))
    assert all(b[0] - a[0] == 1 for a, b in pairs), name
    some = [p for p in pairs if 1967 <= 1970 + p[0][0] / 31556952 <= 1976 or 2005 <= 1970 + p[0][0] / 31556952 <= 2013]
    rest = [p for p in pairs if p not in some]
    some += random.sample(rest, min(len(rest), 24))
    for a, b in sorted(some):
        offsets += [(name, *a), (name, *b)]
    zone = zoneinfo.ZoneInfo.from_file(open(path, "rb"), key=name)
    for _ in range(12):
        t = random.choice([random.randint(0, 4294967296), random.randint(0, 253000000000)])
        at = (D.datetime(1970, 1, 1, tzinfo=UTC) + D.timedelta(seconds=t)).astimezone(zone)
        offsets.append((name, t, int(at.utcoffset().total_seconds()), "?", at.tzname()))
    # Local times around each of those transitions: before, in and after the gap or fold.
    for a, b in sorted(some):
        low, high = sorted((a[0] + 1 + a[1], b[0] + b[1]))
        for local in {low - 1, low, (low + high) // 2, high - 1, high}:
            naive = EPOCH + D.timedelta(seconds=local)
            got = [seconds(naive.replace(tzinfo=zone, fold=f).astimezone(UTC).replace(tzinfo=None)) for f in (0, 1)]
            real = [seconds((EPOCH + D.timedelta(seconds=g)).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)) == local
                    for g in got]
            if all(real):
                fit = "unique" if got[0] == got[1] else "fold"
            else:
                assert not any(real) and got[1] < b[0] <= got[0], (name, local, got, b)
                fit, got = "gap", [b[0], b[0]]
            locals_.append((name, local, fit, *got))

with open(os.path.join(HERE, "offsets.txt"), "w") as f:
    f.write("# zone, UTC second, offset in seconds, daylight (? = not asked), abbreviation. Made by make.py.\n")
    f.writelines(" ".join(map(str, row)) + "\n" for row in offsets)
with open(os.path.join(HERE, "locals.txt"), "w") as f:
    f.write("# zone, local second, fit, first and last UTC second. Made by make.py.\n")
    f.writelines(" ".join(map(str, row)) + "\n" for row in locals_)

# The same zones in zic's other shape: only what the footer cannot say.
with open("/usr/share/zoneinfo/tzdata.zi") as f:
    source = f.read()
import tempfile
with tempfile.TemporaryDirectory() as tmp:
    subprocess.run(["zic", "-b", "slim", "-d", tmp, "-"], input=source, text=True, check=True)
    for name in ["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Chatham"]:
        path = os.path.join(HERE, "zones", "Slim", name.split("/")[1])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(os.path.join(tmp, name), path)
