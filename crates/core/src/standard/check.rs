//! What a pack must hold: dates, clauses, one form per value. Names are checked when it is resolved.

use toml::Spanned;
use toml::value::Datetime;

use super::load::{Places, StandardError, date};
use super::raw::{Named, Period, RawFile};

/// Every mistake of the merged files.
pub(super) fn check(raw: &RawFile, places: &Places, errors: &mut Vec<StandardError>) {
    check_parameters(raw, places, errors);
    macro_rules! entries {
        ($($list:ident),+) => { $(check_entries(&raw.$list, places, errors);)+ };
    }
    entries!(
        indicator,
        exception,
        out_of_scope,
        split,
        section_rule,
        variation,
        composite,
        item,
        clause,
        band,
        norm
    );
    check_values(raw, places, errors);
    check_clauses(raw, places, errors);
}

/// Exactly one form per value, a clause, and no two values of a stage on one day.
fn check_values(raw: &RawFile, places: &Places, errors: &mut Vec<StandardError>) {
    for (id, values) in raw.value_lists() {
        for spanned in values {
            let (at, value) = (spanned.span().start, spanned.get_ref());
            let forms = usize::from(value.value.is_some())
                + usize::from(value.field.is_some())
                + usize::from(value.by.is_some())
                + usize::from(value.unknown)
                + usize::from(value.repealed);
            if forms != 1 {
                errors.push(places.error(
                    at,
                    format!("{id}：value、field、by、unknown、repealed 须有且仅有一个"),
                    format!("{id}: give exactly one of value, field, by, unknown, repealed"),
                ));
            }
            if let Some(steps) = &value.by
                && (steps.points.is_empty() || !steps.points.is_sorted_by(|a, b| a.0 < b.0))
            {
                errors.push(places.error(
                    at,
                    format!("{id}：points 须按规模递增且不为空"),
                    format!("{id}: points must ascend and not be empty"),
                ));
            }
            check_period(
                &id,
                at,
                (Some(&value.from), value.until.as_ref()),
                places,
                errors,
            );
        }
        for (n, a) in values.iter().enumerate() {
            for b in &values[n + 1..] {
                let (first, second) = (a.get_ref(), b.get_ref());
                let same_stage =
                    first.stage.is_none() || second.stage.is_none() || first.stage == second.stage;
                let periods = [first, second].map(|v| (Some(&v.from), v.until.as_ref()));
                if same_stage && overlap(periods[0], periods[1]) {
                    errors.push(places.error(
                        b.span().start,
                        format!("{id}：与前面的值时间重叠，请给前一个值加 until"),
                        format!(
                            "{id}: overlaps in time with a value above; give that one an until"
                        ),
                    ));
                }
            }
        }
    }
}

/// Two periods, each (from, until); no `from` is always.
fn overlap(a: Period<'_>, b: Period<'_>) -> bool {
    let before = |end: Option<&Datetime>, start: Option<&Datetime>| {
        end.and_then(date)
            .zip(start.and_then(date))
            .is_some_and(|(end, start)| end <= start)
    };
    !before(a.1, b.0) && !before(b.1, a.0)
}

fn check_period(
    id: &str,
    at: usize,
    (from, until): Period<'_>,
    places: &Places,
    errors: &mut Vec<StandardError>,
) {
    let start = from.and_then(date);
    let wrong = (from.is_some() && start.is_none())
        || until.is_some_and(|u| date(u).is_none() || date(u) <= start);
    if wrong {
        errors.push(places.error(
            at,
            format!("{id}：from、until 须为日期，且 until 晚于 from"),
            format!("{id}: from and until must be dates, until after from"),
        ));
    }
}

/// Dates of entries, and no two entries of one id on one day.
fn check_entries<T: Named>(
    entries: &[Spanned<T>],
    places: &Places,
    errors: &mut Vec<StandardError>,
) {
    for (n, a) in entries.iter().enumerate() {
        let id = a.get_ref().id();
        check_period(id, a.span().start, a.get_ref().period(), places, errors);
        for b in &entries[n + 1..] {
            if b.get_ref().id() == id && overlap(a.get_ref().period(), b.get_ref().period()) {
                errors.push(places.error(
                    b.span().start,
                    format!("{id}：重复，且时间重叠；请删去其一或给前一个加 until"),
                    format!(
                        "{id}: given twice for the same time; drop one or give the first an until"
                    ),
                ));
            }
        }
    }
}

/// A parameter once, with a clause and a default among its options.
fn check_parameters(raw: &RawFile, places: &Places, errors: &mut Vec<StandardError>) {
    check_entries(&raw.parameter, places, errors);
    for spanned in &raw.parameter {
        let p = spanned.get_ref();
        if !p.options.iter().any(|o| o.id == p.default) {
            errors.push(places.error(
                spanned.span().start,
                format!("{}：default 不在 options 之中", p.id),
                format!("{}: the default is none of the options", p.id),
            ));
        }
    }
}

/// An empty clause is a missing clause; serde has already refused absent ones.
fn check_clauses(raw: &RawFile, places: &Places, errors: &mut Vec<StandardError>) {
    let mut clauses: Vec<(usize, &str, &str)> = Vec::new();
    macro_rules! of {
        ($($list:ident),+) => {$(
            for e in &raw.$list {
                clauses.push((e.span().start, &e.get_ref().id, &e.get_ref().clause));
            }
        )+};
    }
    of!(
        parameter,
        indicator,
        exception,
        out_of_scope,
        split,
        section_rule,
        variation,
        composite,
        item,
        clause,
        band,
        norm
    );
    let lists = raw.value_lists();
    for (id, values) in &lists {
        for v in *values {
            clauses.push((v.span().start, id, &v.get_ref().clause));
        }
    }
    for (at, id, clause) in clauses {
        if clause.trim().is_empty() {
            errors.push(places.error(
                at,
                format!("{id}：缺少条款出处 clause"),
                format!("{id}: the clause is missing"),
            ));
        }
    }
}
