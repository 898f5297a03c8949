//! OneRoster 1.1 and 1.2 CSV: orgs, classes, users and enrolments into schools, sections, classes.
//!
//! Privacy: only counts leave this module. No name, id or attribute of a pupil or teacher is handed
//! on, not even in a finding.

mod classes;
mod records;

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Source, TableId};
use junheng_core::text::Text;

use self::classes::{counted, pupil_grades, rosters, staged};
use self::records::{Records, stem};
use crate::grid::Grid;
use crate::mapping::{Mapped, MappedTable, Value};

/// Reads the files of a OneRoster bulk set.
///
/// Rows marked `tobedeleted` are ignored, a blank status is active. A class belongs to the stage of
/// its grade, else of its pupils' grades where they agree. Where a school has homerooms, those are
/// its classes; else every class is one. Pupils and teachers are counted once per section.
/// A count has no cell of its own: it points at the class, or the section's first class.
#[must_use]
pub fn read(files: &[Grid]) -> Mapped {
    let mut out = Out::default();
    let [orgs, classes, enrolments, users] =
        ["orgs", "classes", "enrollments", "users"].map(|name| Records::of(files, name));
    let needed = [
        ("orgs", &orgs),
        ("classes", &classes),
        ("enrollments", &enrolments),
    ];
    for (name, _) in needed.iter().filter(|(_, records)| records.is_none()) {
        out.add(
            "oneroster_file_missing",
            Severity::Error,
            Place::default(),
            format!("缺少 {name}.csv，无法统计。"),
            format!("{name}.csv is missing."),
            "请导出完整的一套文件。",
            "Export the whole set.",
        );
    }
    unused_files(files, &mut out);
    let county = county(files, orgs.as_ref(), &mut out);
    let schools = orgs.as_ref().map(|orgs| schools(orgs)).unwrap_or_default();
    let (mut sections, mut class_rows) = (Vec::new(), Vec::new());
    if let (Some(classes), Some(enrolments)) = (&classes, &enrolments) {
        let rosters = rosters(enrolments, users.as_ref(), &mut out);
        let grades = users.as_ref().map(pupil_grades).unwrap_or_default();
        let classes = staged(classes, &schools, &rosters, &grades, &mut out);
        (sections, class_rows) = counted(&classes, &rosters, &mut out);
    }
    let of = |g: &Grid| Source {
        file: g.file.clone(),
        sheet: g.sheet.clone(),
    };
    let school_rows = schools.into_values().map(|s| vec![s.id, s.name]).collect();
    let tables = [
        (TableId::County, vec!["key", "value"], county),
        (TableId::Schools, vec!["school_id", "name"], school_rows),
        (
            TableId::Sections,
            vec![
                "school_id",
                "stage",
                "students",
                "classes",
                "full_time_teachers",
            ],
            sections,
        ),
        (
            TableId::Classes,
            vec!["school_id", "stage", "grade", "class", "students"],
            class_rows,
        ),
    ];
    Mapped {
        sources: files.iter().map(of).collect(),
        tables: tables
            .into_iter()
            .filter(|(_, _, rows): &(_, _, Vec<Vec<Value>>)| !rows.is_empty())
            .map(|(table, header, rows)| MappedTable {
                table,
                header: header.into_iter().map(str::to_owned).collect(),
                rows,
            })
            .collect(),
        findings: out.findings,
    }
}

#[derive(Default)]
struct Out {
    findings: Vec<Finding>,
}

impl Out {
    #[expect(clippy::too_many_arguments, reason = "a finding in two languages")]
    fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        place: Place,
        zh: String,
        en: String,
        hint_zh: &str,
        hint_en: &str,
    ) {
        let (message, hint) = (Text::new(zh, en), Text::new(hint_zh, hint_en));
        self.findings.push(Finding {
            code,
            severity,
            place,
            message,
            hint,
        });
    }
}

struct School {
    id: Value,
    name: Value,
}

/// Schools by `sourcedId`; the code is the `identifier` where it is a ten-digit one.
fn schools(orgs: &Records) -> BTreeMap<String, School> {
    let is_school = |row: &usize| orgs.text(*row, "type").eq_ignore_ascii_case("school");
    let rows: Vec<usize> = orgs.active().filter(is_school).collect();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for row in &rows {
        *times.entry(orgs.text(*row, "identifier")).or_default() += 1;
    }
    let school = |row: usize| {
        let code = orgs.text(row, "identifier");
        let is_code = code.len() == 10 && code.bytes().all(|b| b.is_ascii_digit());
        let column = if is_code && times.get(&code) == Some(&1) {
            "identifier"
        } else {
            "sourcedid"
        };
        let school = School {
            id: orgs.value(row, column),
            name: orgs.value(row, "name"),
        };
        (orgs.text(row, "sourcedid"), school)
    };
    rows.into_iter().map(school).collect()
}

/// What OneRoster says of the county: the one district, and the latest school year.
fn county(files: &[Grid], orgs: Option<&Records>, out: &mut Out) -> Vec<Vec<Value>> {
    let mut facts: Vec<(&str, Value)> = Vec::new();
    if let Some(orgs) = orgs {
        let is_district = |row: &usize| orgs.text(*row, "type").eq_ignore_ascii_case("district");
        let districts: Vec<usize> = orgs.active().filter(is_district).collect();
        if let [district] = districts.as_slice() {
            let code = orgs.value(*district, "identifier");
            if code.0.len() == 6 && code.0.bytes().all(|b| b.is_ascii_digit()) {
                facts.push(("code", code));
            }
            facts.push(("name", orgs.value(*district, "name")));
        }
    }
    if let Some(sessions) = Records::of(files, "academicsessions") {
        let is_year = |row: &usize| {
            sessions
                .text(*row, "type")
                .eq_ignore_ascii_case("schoolyear")
        };
        let latest = sessions
            .active()
            .filter(is_year)
            .max_by_key(|r| sessions.text(*r, "startdate"));
        let year = latest.and_then(|row| {
            let year: u16 = sessions.text(row, "startdate").get(..4)?.parse().ok()?;
            let text = format!("{year}-{}", year.checked_add(1)?);
            Some((text, Some(sessions.cell(row, "startdate"))))
        });
        facts.extend(year.map(|year| ("school_year", year)));
    }
    if !facts.iter().any(|f| f.0 == "code") {
        out.add(
            "oneroster_county",
            Severity::Explain,
            Place::default(),
            "文件中没有县级行政区划代码。".to_owned(),
            "The files do not have the county's code.".to_owned(),
            "请在生成的 county 表中补上 code、name、school_year。",
            "Add code, name and school_year to the county table of the bundle.",
        );
    }
    facts
        .into_iter()
        .map(|(key, value)| vec![(key.to_owned(), value.1), value])
        .collect()
}

fn unused_files(files: &[Grid], out: &mut Out) {
    const USED: [&str; 6] = [
        "orgs",
        "classes",
        "users",
        "enrollments",
        "academicsessions",
        "manifest",
    ];
    for grid in files.iter().filter(|g| !USED.contains(&stem(g).as_str())) {
        let place = Place {
            file: grid.file.clone(),
            sheet: grid.sheet.clone(),
            ..Place::default()
        };
        out.add(
            "oneroster_file_unused",
            Severity::Note,
            place,
            "评估用不到这个文件，未读取。".to_owned(),
            "This file is not needed and was not read.".to_owned(),
            "无须处理。",
            "Nothing to do.",
        );
    }
    let Some(manifest) = Records::of(files, "manifest") else {
        return;
    };
    for row in 1..manifest.grid.rows.len() {
        let name = manifest.text(row, "propertyname");
        if name.starts_with("file.") && manifest.text(row, "value").eq_ignore_ascii_case("delta") {
            out.add(
                "oneroster_delta",
                Severity::Error,
                manifest.place(Some(row)),
                format!("{name} 是增量(delta)文件，只含变动部分，统计会偏少。"),
                format!("{name} is a delta: it has changes only, so the counts are too low."),
                "请导出全量(bulk)文件。",
                "Export bulk files.",
            );
        }
    }
}
