"""The same seven coefficients and verdicts with DuckDB and Polars, timed and compared.

    junheng generate nation --out DIR
    python3 benches/nation_peers.py DIR path/to/junheng

Every engine runs in a process of its own, on as many threads as it likes, from the start of the
process to its rows; user CPU and wall seconds, and the highest memory. The peers compute what
`junheng nation DIR --standard cn-2017-6` does: scope, shares of whole-school assets, the two
exceptions, thresholds and floors of every section, coefficients of variation by county, year and
stage. They take two short cuts that the program does not: that only schools of several stages have
more than one section, and that figures on a limit need no exact arithmetic.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

INDICATORS = {  # numerator, per, thresholds (primary, junior)
    "L1": ("teachers_above_degree", 100, 4.2, 5.3),
    "L2": ("backbone_teachers", 100, 1.0, 1.0),
    "L3": ("pe_art_teachers + l3_more", 100, 0.9, 0.9),
    "L4": ("teaching_area_m2_ - indoor_pe_area_m2_", 1, 4.5, 5.8),
    "L5": ("sports_ground_m2_ + indoor_pe_area_m2_ + l5_more", 1, 7.5, 10.2),
    "L6": ("equipment_yuan_", 1, 2000.0, 2500.0),
    "L7": ("multimedia_rooms_", 100, 2.3, 2.4),
}
ASSETS = ["teaching_area_m2", "indoor_pe_area_m2", "sports_ground_m2", "offsite_sports_m2",
          "equipment_yuan", "multimedia_rooms"]
LIMIT = {"primary": 0.50, "junior": 0.45}
ROUND = 1e-9  # a figure that close to a limit counts as on it


def duckdb_rows(folder):
    import duckdb

    own = ", ".join(f"any_value(school_{a}) w_{a}, count({a}) n_{a}" for a in ASSETS)
    shared = ", ".join(
        f"""case when s.{a} is not null then s.{a}
            when c.kin is null then s.school_{a}
            when c.w_{a} is null or c.n_{a} > 0 or (s.kind in (341, 345) and not c.senior) then null
            when c.kin = 1 then c.w_{a}
            else c.w_{a} * (s.weight * s.students) / c.total end as {a}_""" for a in ASSETS)
    ratio = ", ".join(f"({n}) * {per}.0 / students as {i}" for i, (n, per, _, _) in INDICATORS.items())
    def grade(i):
        _, _, p, j = INDICATORS[i]
        t = f"(case when stage = 'primary' then {p} else {j} end)"
        return (f"case when {i} is null then null when {i} >= {t} * (1 - {ROUND}) then 0 "
                f"when {i} >= {t} * {0.85 * (1 - ROUND)} then 1 else 2 end as g_{i}")
    grades = ", ".join(grade(i) for i in INDICATORS)
    result = ", ".join(
        f"sum({i} * students) / sum(students) as m_{i}, "
        f"case when count({i}) < count(*) then null else "
        f"sqrt(greatest(0, sum(students * {i} * {i}) / sum(students) - power(sum({i} * students) / sum(students), 2)))"
        f" / (sum({i} * students) / sum(students)) end as cv_{i}, "
        f"count(*) filter (g_{i} = 2) as f_{i}" for i in INDICATORS)
    g = [f"g_{i}" for i in INDICATORS]
    short = " + ".join(f"coalesce(({x} > 0)::int, 0)" for x in g)
    failed = " or ".join(f"coalesce({x} = 2, false)" for x in g)
    known = " and ".join(f"{x} is not null" for x in g)
    sql = f"""
    with s as (
      select *, case stage when 'primary' then case when kind = 341 then null else 1.0 end
                     when 'junior' then case when kind = 341 then 1.0 else 1.1 end
                     else case when kind = 341 then 1.2 when kind = 312 then null else 1.32 end end as weight
      from read_parquet('{folder}/*/*.parquet', hive_partitioning = true)),
    c as (
      select year, county, school_id, count(*) kin, sum(weight * students) total, sum(students) whole,
             bool_or(stage = 'senior') senior, {own}
      from s where kind >= 312 group by all),
    a as (
      select s.county, s.year, s.stage, s.kind, s.locale, s.dense_urban, s.students,
             s.teachers_above_degree, s.backbone_teachers, s.pe_art_teachers,
             s.itinerant_pe_art_teachers, coalesce(c.whole, s.students) whole, {shared}
      from s left join c using (year, county, school_id)
      where s.stage <> 'senior' and s.students > 0 and not (s.kind = 218 and s.students < 50)
        and s.kind <> 321 and not (s.kind between 510 and 519)),
    x as (
      select *, case when locale between 200 and 229 and whole >= 50 and whole < 100
                     then coalesce(itinerant_pe_art_teachers, 0) else 0 end l3_more,
                case when dense_urban then coalesce(offsite_sports_m2_, 0) else 0 end l5_more from a),
    r as (select county, year, stage, students::double as students, {ratio} from x),
    v as (select *, {grades} from r)
    select county, year, stage, {result}, count(*) sections,
           count(*) filter ({short} > 1 or {failed}) failing,
           count(*) filter (not ({short} > 1 or {failed}) and not ({known})) open
    from v group by all order by county, year, stage"""
    duckdb.sql(f"create temp table result as {sql}")
    if not os.environ.get("COMPARE"):
        return None
    result = duckdb.sql("from result")
    return [dict(zip(result.columns, row)) for row in result.fetchall()]


def polars_rows(folder):
    import polars as pl

    c = pl.col
    kind, stage = c("kind"), c("stage")
    weight = (pl.when(stage == "primary").then(pl.when(kind == 341).then(None).otherwise(1.0))
              .when(stage == "junior").then(pl.when(kind == 341).then(1.0).otherwise(1.1))
              .otherwise(pl.when(kind == 341).then(1.2).when(kind == 312).then(None).otherwise(1.32)))
    s = pl.scan_parquet(f"{folder}/*/*.parquet", hive_partitioning=True).with_columns(weight=weight)
    keys = ["year", "county", "school_id"]
    schools = s.filter(kind >= 312).group_by(keys).agg(
        kin=pl.len(), total=(c("weight") * c("students")).sum(), whole=c("students").sum(),
        senior=(stage == "senior").any(),
        **{f"w_{a}": c(f"school_{a}").drop_nulls().first() for a in ASSETS},
        **{f"n_{a}": c(a).count() for a in ASSETS})
    x = s.filter((stage != "senior") & (c("students") > 0) & ~((kind == 218) & (c("students") < 50))
                 & (kind != 321) & ~kind.is_between(510, 519)).join(schools, on=keys, how="left")
    x = x.with_columns(whole=pl.coalesce("whole", "students"), **{
        f"{a}_": pl.when(c(a).is_not_null()).then(c(a))
        .when(c("kin").is_null()).then(c(f"school_{a}"))
        .when(c(f"w_{a}").is_null() | (c(f"n_{a}") > 0) | (kind.is_in([341, 345]) & ~c("senior"))).then(None)
        .when(c("kin") == 1).then(c(f"w_{a}"))
        .otherwise(c(f"w_{a}") * (c("weight") * c("students")) / c("total")) for a in ASSETS})
    small = c("locale").is_between(200, 229) & (c("whole") >= 50) & (c("whole") < 100)
    l3 = pl.when(small).then(c("itinerant_pe_art_teachers").fill_null(0)).otherwise(0)
    l5 = pl.when(c("dense_urban")).then(c("offsite_sports_m2_").fill_null(0)).otherwise(0)
    top = {"L1": c("teachers_above_degree"), "L2": c("backbone_teachers"), "L3": c("pe_art_teachers") + l3,
           "L4": c("teaching_area_m2_") - c("indoor_pe_area_m2_"),
           "L5": c("sports_ground_m2_") + c("indoor_pe_area_m2_") + l5,
           "L6": c("equipment_yuan_"), "L7": c("multimedia_rooms_")}
    x = x.select("county", "year", "stage", c("students").cast(pl.Float64),
                 **{i: top[i] * per / c("students") for i, (_, per, _, _) in INDICATORS.items()})
    def grade(i):
        _, _, p, j = INDICATORS[i]
        t = pl.when(stage == "primary").then(p).otherwise(j)
        return (pl.when(c(i).is_null()).then(None).when(c(i) >= t * (1 - ROUND)).then(0)
                .when(c(i) >= t * 0.85 * (1 - ROUND)).then(1).otherwise(2).cast(pl.Int8))
    x = x.with_columns(**{f"g_{i}": grade(i) for i in INDICATORS})
    g = [c(f"g_{i}") for i in INDICATORS]
    short = sum((e > 0).fill_null(False).cast(pl.Int8) for e in g)
    fails = (short > 1) | pl.any_horizontal([(e == 2).fill_null(False) for e in g])
    known = pl.all_horizontal([e.is_not_null() for e in g])
    w = c("students")
    def mean(i):
        return (c(i) * w).sum() / w.sum()
    def cv(i):
        variance = (w * c(i) * c(i)).sum() / w.sum() - mean(i) ** 2
        return pl.when(c(i).is_null().any()).then(None).otherwise(variance.clip(0).sqrt() / mean(i))
    result = x.with_columns(fails=fails, open=~fails & ~known).group_by("county", "year", "stage").agg(
        **{f"m_{i}": mean(i) for i in INDICATORS}, **{f"cv_{i}": cv(i) for i in INDICATORS},
        **{f"f_{i}": (c(f"g_{i}") == 2).sum() for i in INDICATORS},
        sections=pl.len(), failing=c("fails").sum(), open=c("open").sum(),
    ).sort("county", "year", "stage")
    done = result.collect(engine="streaming")
    return done.to_dicts() if os.environ.get("COMPARE") else done


def timed(command, **more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    peak = subprocess.run(["/usr/bin/env", "python3", "-c", PEAK, *command], check=True,
                          capture_output=True, text=True, **more).stderr.split()[-1]
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu - STARTED, wall - STARTED, int(peak) / 1024


PEAK = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)")
STARTED = 0.03  # what the wrapper itself takes, roughly


def compare(ours, theirs, name):
    """Every coefficient and every count; counts and verdicts must be equal."""
    rows = {(r["county"], int(r["year"]), r["stage"]): r for r in theirs}
    worst, verdicts, seen = 0.0, 0, 0
    for r in ours["rows"]:
        other = rows[r["county"], r["year"], r["stage"]]
        cv = other["cv_" + r["indicator"]]
        if (r["cv"] is None) != (cv is None):
            sys.exit(f"{name}: {r} has no such coefficient: {cv}")
        if cv is not None:
            worst = max(worst, abs(cv - r["cv"]))
            verdicts += (r["verdict"] == "met") != (cv <= LIMIT[r["stage"]])
        if r["failing_sections"] != other["f_" + r["indicator"]]:
            sys.exit(f"{name}: failing sections differ: {r}, {other}")
        seen += 1
    for v in ours["verdicts"]:
        stages = [rows[k] for s in LIMIT if (k := (v["county"], v["year"], s)) in rows]
        mine = v["sections"], v["failing_sections"], v["undetermined_sections"]
        if mine != tuple(sum(s[n] for s in stages) for n in ("sections", "failing", "open")):
            sys.exit(f"{name}: sections differ: {v}, {stages}")
    print(f"{name}: {seen} rows agree, coefficients within {worst:.1e}, {verdicts} verdicts differ")
    if verdicts or worst > 1e-6:
        sys.exit(1)


def main():
    folder, program = sys.argv[1:3]
    runs = int(os.environ.get("RUNS", "3"))
    me = [sys.executable, __file__, "--engine"]
    engines = {
        "junheng": [program, "nation", folder, "--standard", "cn-2017-6"],
        "junheng --json": [program, "nation", folder, "--standard", "cn-2017-6", "--json"],
        "DuckDB": [*me, "duckdb", folder],
        "Polars": [*me, "polars", folder],
    }
    results = {name: [] for name in engines}
    for _ in range(runs):  # in turns, so that all meet the same neighbours
        for name, command in engines.items():
            results[name].append(timed(command))
    base = [statistics.median(r[n] for r in results["junheng"]) for n in (0, 1)]
    print(f"{'engine':16} {'CPU s':>8} {'wall s':>8} {'MB':>6} {'CPU ratio':>10} {'wall ratio':>10}")
    for name, all_runs in results.items():
        cpu, wall, memory = (statistics.median(r[n] for r in all_runs) for n in range(3))
        print(f"{name:16} {cpu:8.2f} {wall:8.2f} {memory:6.0f} {cpu / base[0]:10.2f} {wall / base[1]:10.2f}")
    if os.environ.get("SKIP_COMPARE"):
        return
    with tempfile.TemporaryFile() as out:
        subprocess.run(engines["junheng --json"], check=True, stdout=out, stderr=subprocess.DEVNULL)
        out.seek(0)
        ours = json.load(out)
    os.environ["COMPARE"] = "1"
    compare(ours, duckdb_rows(folder), "DuckDB")
    compare(ours, polars_rows(folder), "Polars")


if __name__ == "__main__":
    if sys.argv[1] == "--engine":
        {"duckdb": duckdb_rows, "polars": polars_rows}[sys.argv[2]](sys.argv[3])
    else:
        main()
