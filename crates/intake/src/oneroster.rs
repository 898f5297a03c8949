//! OneRoster 1.1 and 1.2 CSV: orgs, classes, users and enrolments into schools, sections, classes.
//!
//! Privacy: only counts leave this module. No name, id or attribute of a pupil or teacher is handed
//! on, not even in a finding.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Cell, Source, Stage, TableId};
use junheng_core::text::Text;

use crate::grid::{self, Grid};
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
            format!("缺少 {name}.csv,无法统计。"),
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

/// One CSV file, its columns by lower-case name.
struct Records<'a> {
    grid: &'a Grid,
    source: u16,
    columns: BTreeMap<String, usize>,
}

impl<'a> Records<'a> {
    fn of(files: &'a [Grid], name: &str) -> Option<Self> {
        let (at, grid) = files.iter().enumerate().find(|(_, g)| stem(g) == name)?;
        let labels = grid.rows.first().into_iter().flatten().enumerate();
        let columns = labels
            .filter_map(|(c, v)| Some((v.as_label()?.to_lowercase(), c)))
            .collect();
        Some(Self {
            grid,
            source: u16::try_from(at).ok()?,
            columns,
        })
    }

    /// The rows that are not to be deleted, from 0 as in the grid.
    fn active(&self) -> impl Iterator<Item = usize> + '_ {
        (1..self.grid.rows.len())
            .filter(|r| !self.text(*r, "sourcedid").is_empty() && !self.is_deleted(*r))
    }

    fn is_deleted(&self, row: usize) -> bool {
        self.text(row, "status").eq_ignore_ascii_case("tobedeleted")
    }

    fn text(&self, row: usize, column: &str) -> String {
        let column = self.columns.get(column);
        column
            .map(|c| written(self.grid.at(row, *c)))
            .unwrap_or_default()
    }

    fn value(&self, row: usize, column: &str) -> Value {
        (self.text(row, column), Some(self.cell(row, column)))
    }

    fn cell(&self, row: usize, column: &str) -> Cell {
        let column = self.columns.get(column).copied().unwrap_or(0);
        let from_one = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        Cell {
            source: self.source,
            row: from_one(row),
            column: from_one(column),
        }
    }

    fn place(&self, row: Option<usize>) -> Place {
        let row = row.and_then(|r| u32::try_from(r + 1).ok());
        Place {
            file: self.grid.file.clone(),
            sheet: self.grid.sheet.clone(),
            row,
            ..Place::default()
        }
    }

    /// The grades of a row: `grades`, `grade`, else a vendor's column whose name ends so.
    fn grades(&self, row: usize) -> Grades {
        let vendor = self
            .columns
            .keys()
            .filter(|name| name.ends_with("grade"))
            .map(String::as_str);
        let texts = ["grades", "grade"]
            .into_iter()
            .chain(vendor)
            .map(|name| self.text(row, name));
        texts
            .map(|t| Grades::parse(&t))
            .find(|g| *g != Grades::Unknown)
            .unwrap_or(Grades::Unknown)
    }
}

fn stem(grid: &Grid) -> String {
    grid.file
        .split('.')
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

fn written(value: &grid::Value) -> String {
    match value {
        grid::Value::Text(text) | grid::Value::Date(text) => text.trim().to_owned(),
        grid::Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What a grade column says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Grades {
    /// Grades 1 to 12.
    School(BTreeSet<u8>),
    /// Kindergarten, ungraded, beyond school.
    Outside,
    /// Nothing.
    Unknown,
}

impl Grades {
    /// Reads `3`, `03`, `07,08`, `3年级`, `KG`.
    fn parse(text: &str) -> Self {
        let words = text
            .split([',', ';', '，', '；', ' ', '"', '[', ']'])
            .filter(|w| !w.is_empty());
        let mut grades = BTreeSet::new();
        let mut any = false;
        for word in words {
            any = true;
            let number = word.strip_suffix("年级").unwrap_or(word).parse::<u8>();
            grades.extend(number.ok().filter(|n| (1..=12).contains(n)));
        }
        match (any, grades.is_empty()) {
            (false, _) => Self::Unknown,
            (true, true) => Self::Outside,
            (true, false) => Self::School(grades),
        }
    }

    fn stage(&self) -> Option<Stage> {
        let Self::School(grades) = self else {
            return None;
        };
        let stages: BTreeSet<Stage> = grades
            .iter()
            .map(|g| match g {
                ..=6 => Stage::Primary,
                7..=9 => Stage::Junior,
                _ => Stage::Senior,
            })
            .collect();
        stages.first().copied().filter(|_| stages.len() == 1)
    }

    fn written(&self) -> String {
        match self {
            Self::School(grades) if grades.len() == 1 => grades.iter().map(u8::to_string).collect(),
            _ => String::new(),
        }
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
            "评估用不到这个文件,未读取。".to_owned(),
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
                format!("{name} 是增量(delta)文件,只含变动部分,统计会偏少。"),
                format!("{name} is a delta: it has changes only, so the counts are too low."),
                "请导出全量(bulk)文件。",
                "Export bulk files.",
            );
        }
    }
}

/// Who is in a class.
#[derive(Default)]
struct Roster {
    students: BTreeSet<String>,
    teachers: BTreeSet<String>,
}

/// Rosters by class.
fn rosters(
    enrolments: &Records,
    users: Option<&Records>,
    out: &mut Out,
) -> BTreeMap<String, Roster> {
    let every = |users: &Records| {
        (1..users.grid.rows.len())
            .map(|r| (users.text(r, "sourcedid"), users.is_deleted(r)))
            .collect()
    };
    let users: Option<BTreeMap<String, bool>> = users.map(every);
    let mut rosters: BTreeMap<String, Roster> = BTreeMap::new();
    let mut unknown = 0;
    for row in enrolments.active() {
        let user = enrolments.text(row, "usersourcedid");
        match users.as_ref().map(|users| users.get(&user)) {
            Some(Some(true)) => continue,
            Some(None) => unknown += 1,
            _ => {}
        }
        let roster = rosters
            .entry(enrolments.text(row, "classsourcedid"))
            .or_default();
        match enrolments.text(row, "role").to_lowercase().as_str() {
            "student" => roster.students.insert(user),
            "teacher" => roster.teachers.insert(user),
            _ => false,
        };
    }
    if unknown > 0 {
        out.add(
            "oneroster_user_unknown",
            Severity::Explain,
            enrolments.place(None),
            format!("{unknown} 条选课记录的人员不在 users 文件中,仍计入人数。"),
            format!(
                "{unknown} enrolments name users that users.csv does not have; they were counted."
            ),
            "请核对 users 文件是否完整。",
            "Check that users.csv is complete.",
        );
    }
    rosters
}

fn pupil_grades(users: &Records) -> BTreeMap<String, Grades> {
    users
        .active()
        .map(|row| (users.text(row, "sourcedid"), users.grades(row)))
        .collect()
}

/// A class of a known stage.
struct Class<'a> {
    id: String,
    title: String,
    school: &'a School,
    stage: Stage,
    grades: Grades,
    homeroom: bool,
    cell: Cell,
}

/// The classes of grades 1 to 12; all others are told, school by school.
fn staged<'a>(
    classes: &Records,
    schools: &'a BTreeMap<String, School>,
    rosters: &BTreeMap<String, Roster>,
    pupils: &BTreeMap<String, Grades>,
    out: &mut Out,
) -> Vec<Class<'a>> {
    let mut staged = Vec::new();
    // By school: classes without a grade, of several stages, outside school.
    let mut left_out: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for row in classes.active() {
        let Some(school) = schools.get(&classes.text(row, "schoolsourcedid")) else {
            left_out.entry(("", "school")).or_default().push(row);
            continue;
        };
        let id = classes.text(row, "sourcedid");
        let mut grades = classes.grades(row);
        if grades == Grades::Unknown {
            let students = rosters.get(&id).into_iter().flat_map(|r| &r.students);
            grades = common(students.filter_map(|s| pupils.get(s)));
        }
        let Some(stage) = grades.stage() else {
            let why = match grades {
                Grades::School(_) => "mixed",
                Grades::Outside => "outside",
                Grades::Unknown => "grade",
            };
            left_out
                .entry((school.name.0.as_str(), why))
                .or_default()
                .push(row);
            continue;
        };
        let title = classes.text(row, "title");
        let homeroom = classes
            .text(row, "classtype")
            .eq_ignore_ascii_case("homeroom");
        let cell = classes.cell(row, "sourcedid");
        staged.push(Class {
            id,
            title,
            school,
            stage,
            grades,
            homeroom,
            cell,
        });
    }
    for ((school, why), rows) in left_out {
        let (n, first) = (rows.len(), rows.first().copied());
        let (code, severity, zh, en) = match why {
            "school" => (
                "oneroster_school_unknown",
                Severity::Error,
                "所属学校不在 orgs 文件中",
                "belong to no school of orgs.csv",
            ),
            "outside" => (
                "oneroster_grade_outside",
                Severity::Note,
                "属于幼儿园或 1–12 年级以外",
                "are kindergarten or outside grades 1 to 12",
            ),
            "mixed" => (
                "oneroster_grade_mixed",
                Severity::Explain,
                "跨小学、初中或高中",
                "span two stages",
            ),
            _ => (
                "oneroster_grade_missing",
                Severity::Explain,
                "没有年级,从学生年级也判断不出",
                "have no grade, nor do their pupils agree in one",
            ),
        };
        let at: Vec<String> = rows.iter().take(20).map(|r| (r + 1).to_string()).collect();
        let at = at.join("、");
        out.add(
            code,
            severity,
            classes.place(first),
            format!("{school} {n} 个班(第 {at} 行){zh},其班级和学生未计入。"),
            format!(
                "{school}: {n} classes (rows {at}) {en}; they and their pupils were not counted."
            ),
            "需要计入的,请补上年级(grades)和学校后重新导出。",
            "Where they count, fill in grades and school and export again.",
        );
    }
    staged
}

/// The grades of a class's pupils taken together; unknown where one pupil's is.
fn common<'a>(mut pupils: impl Iterator<Item = &'a Grades>) -> Grades {
    let Some(first) = pupils.next() else {
        return Grades::Unknown;
    };
    pupils.fold(first.clone(), |all, one| match (all, one) {
        (Grades::School(mut all), Grades::School(one)) => {
            all.extend(one);
            Grades::School(all)
        }
        (Grades::Outside, Grades::Outside) => Grades::Outside,
        _ => Grades::Unknown,
    })
}

/// Rows of `sections` and of `classes`.
fn counted(
    classes: &[Class],
    rosters: &BTreeMap<String, Roster>,
    out: &mut Out,
) -> (Vec<Vec<Value>>, Vec<Vec<Value>>) {
    let mut sections: BTreeMap<(&str, Stage), Vec<&Class>> = BTreeMap::new();
    for class in classes {
        sections
            .entry((&class.school.id.0, class.stage))
            .or_default()
            .push(class);
    }
    let homed: BTreeSet<&str> = classes
        .iter()
        .filter(|c| c.homeroom)
        .map(|c| c.school.id.0.as_str())
        .collect();
    let count = |n: usize, cell| (n.to_string(), Some(cell));
    let (mut section_rows, mut class_rows) = (Vec::new(), Vec::new());
    let (mut courses, mut without) = (0, BTreeSet::new());
    for ((id, stage), members) in sections {
        let Some(cell) = members.first().map(|c| c.cell) else {
            continue;
        };
        let of = |who: fn(&Roster) -> &BTreeSet<String>| {
            let each = members
                .iter()
                .filter_map(|c| rosters.get(&c.id))
                .flat_map(who);
            each.collect::<BTreeSet<_>>().len()
        };
        let (students, teachers) = (of(|r| &r.students), of(|r| &r.teachers));
        let own: Vec<&Class> = members
            .iter()
            .copied()
            .filter(|c| c.homeroom || !homed.contains(id))
            .collect();
        courses += members.len() - own.len();
        if !homed.contains(id) {
            without.insert(id);
        }
        let school = (id.to_owned(), Some(cell));
        let stage = (stage.id().to_owned(), Some(cell));
        section_rows.push(vec![
            school.clone(),
            stage.clone(),
            count(students, cell),
            count(own.len(), cell),
            count(teachers, cell),
        ]);
        let titled = |c: &Class| {
            own.iter()
                .filter(|o| o.title == c.title && o.grades == c.grades)
                .count()
                == 1
        };
        for class in &own {
            let name = if !class.title.is_empty() && titled(class) {
                &class.title
            } else {
                &class.id
            };
            let size = rosters.get(&class.id).map_or(0, |r| r.students.len());
            let at = Some(class.cell);
            class_rows.push(vec![
                (school.0.clone(), at),
                (stage.0.clone(), at),
                (class.grades.written(), at),
                (name.clone(), at),
                count(size, class.cell),
            ]);
        }
    }
    if courses > 0 {
        out.add("oneroster_courses", Severity::Note, Place::default(),
            format!("{courses} 个教学班(非行政班)不计班级数,其学生、教师已计入。"),
            format!("{courses} course classes are not counted as classes; their pupils and teachers are."),
            "无须处理。", "Nothing to do.");
    }
    if !without.is_empty() {
        out.add(
            "oneroster_no_homerooms",
            Severity::Explain,
            Place::default(),
            format!(
                "{} 所学校没有行政班(homeroom),以全部教学班作为班级。",
                without.len()
            ),
            format!(
                "{} schools have no homerooms; every class was counted as one.",
                without.len()
            ),
            "若其中有走班或选修班,班级数和班额会不准,请核对。",
            "Where these are courses, class counts and sizes are off: check them.",
        );
    }
    if !section_rows.is_empty() {
        out.add(
            "oneroster_full_time",
            Severity::Note,
            Place::default(),
            "OneRoster 不区分专任与兼任,专任教师数为所有在册任课教师数。".to_owned(),
            "OneRoster does not say who is full time: all enrolled teachers were counted."
                .to_owned(),
            "请核对专任教师数。",
            "Check the number of full-time teachers.",
        );
    }
    (section_rows, class_rows)
}
