//! Known data errors, planted to prove that the checks find them.

mod sections;

use std::collections::BTreeSet;

use junheng_core::model::{Sheet, TableId};
use junheng_core::text::Text;

use super::rng::{Rng, rounded};
use sections::{ON_SECTIONS, text};

/// A planted data error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Code of the finding that must report it.
    pub code: &'static str,
    /// Table it stands in.
    pub table: TableId,
    /// Index in [`Sheet::rows`], from 0; `None` where it is the table's.
    pub row: Option<usize>,
    /// Header of its column; `None` where it is the row's.
    pub column: Option<String>,
    /// What was done.
    pub what: Text,
}

/// Plants each known error at least once, at seeded places, and says where.
///
/// A county of 60 schools takes all; where a smaller one has no fitting row the error is left
/// out. Nothing planted makes the input refused. Full-width digits and a total row are planted
/// too: they are harmless and not listed.
pub fn plant_flaws(sheets: &mut [Sheet], seed: u64) -> Vec<Flaw> {
    let mut planter = Planter {
        sheets,
        rng: Rng::new(seed, 20),
        used: BTreeSet::new(),
        flaws: Vec::new(),
    };
    planter.sections();
    planter.schools();
    planter.similar_names();
    planter.teacher();
    planter.county();
    planter.empty_shell();
    planter.harmless();
    planter.unknown_column();
    planter.bad_school_code();
    planter.flaws
}

struct Planter<'a> {
    sheets: &'a mut [Sheet],
    rng: Rng,
    /// Schools that already have an error: each has one at most.
    used: BTreeSet<String>,
    flaws: Vec<Flaw>,
}

impl Planter<'_> {
    fn sheet(&mut self, table: TableId) -> Option<&mut Sheet> {
        self.sheets.iter_mut().find(|s| s.table == table)
    }

    fn cell(&self, table: TableId, row: usize, column: &str) -> &str {
        let sheet = self.sheets.iter().find(|s| s.table == table);
        let at = sheet.and_then(|s| s.header.iter().position(|h| h == column));
        sheet
            .zip(at)
            .and_then(|(s, at)| s.rows.get(row)?.get(at))
            .map_or("", String::as_str)
    }

    fn set(&mut self, table: TableId, row: usize, column: &str, value: String) {
        if let Some(sheet) = self.sheet(table)
            && let Some(at) = sheet.header.iter().position(|h| h == column)
            && let Some(cell) = sheet.rows.get_mut(row).and_then(|r| r.get_mut(at))
        {
            *cell = value;
        }
    }

    fn sheet_rows(&self, table: TableId) -> usize {
        let sheet = self.sheets.iter().find(|s| s.table == table);
        sheet.map_or(0, |s| s.rows.len())
    }

    /// A random row that fits and whose school has no error yet.
    fn choose(&mut self, table: TableId, fits: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let rows = self.sheet_rows(table);
        let free = |row: &usize| {
            !self.used.contains(self.cell(table, *row, "school_id")) && fits(self, *row)
        };
        let fitting: Vec<usize> = (0..rows).filter(free).collect();
        let row = *fitting.get(self.rng.below(fitting.len()))?;
        let school = self.cell(table, row, "school_id").to_owned();
        self.used.insert(school);
        Some(row)
    }

    fn note(&mut self, code: &'static str, table: TableId, row: usize, column: &str, what: Text) {
        let column = Some(column.to_owned());
        self.flaws.push(Flaw {
            code,
            table,
            row: Some(row),
            column,
            what,
        });
    }

    fn sections(&mut self) {
        let table = TableId::Sections;
        let usual = |p: &Self, row: usize| {
            let number = |column| p.cell(table, row, column).parse().unwrap_or(0.0);
            p.cell(table, row, "stage") != "senior"
                && number("students") >= 300.0
                && number("teaching_area_m2") > 0.0
        };
        for (code, column, spoil, zh, en) in ON_SECTIONS {
            let Some(row) = self.choose(table, usual) else {
                continue;
            };
            let number = |column: &str| self.cell(table, row, column).parse().unwrap_or(0.0);
            let value = spoil(&number);
            self.set(table, row, column, value);
            self.note(code, table, row, column, Text::new(*zh, *en));
        }
    }

    fn schools(&mut self) {
        let table = TableId::Schools;
        let primary = |p: &Self, row| p.cell(table, row, "kind") == "211";
        let mut spoil = |code, column: &str, value: &dyn Fn(&str) -> String, zh, en| {
            if let Some(row) = self.choose(table, primary) {
                let value = value(self.cell(table, row, column));
                self.set(table, row, column, value);
                self.note(code, table, row, column, Text::new(zh, en));
            }
        };
        let east = |lon: &str| text(rounded(lon.parse().unwrap_or(0.0) + 3.0, 6));
        spoil(
            "unknown_code",
            "kind",
            &|_| "299".into(),
            "没有这种办学类型",
            "no such kind",
        );
        spoil(
            "outside_county",
            "lon",
            &east,
            "东移 3 度",
            "3 degrees to the east",
        );
        spoil(
            "year_out_of_range",
            "founded_year",
            &|_| "2205".into(),
            "年份颠倒",
            "digits swapped",
        );
        if let Some(row) = self.choose(table, primary) {
            self.set(table, row, "datum", "gcj02".to_owned());
            let what = Text::new("一所学校用另一种坐标系", "one school in another datum");
            let code = "mixed_datums";
            self.flaws.push(Flaw {
                code,
                table,
                row: None,
                column: None,
                what,
            });
        }
        if let Some(row) = self.choose(table, primary) {
            let (lon, lat) = (
                self.cell(table, row, "lon").to_owned(),
                self.cell(table, row, "lat").to_owned(),
            );
            self.set(table, row, "lon", lat);
            self.set(table, row, "lat", lon);
            let what = Text::new("经纬度填反", "longitude and latitude swapped");
            self.note("swapped_coordinates", table, row, "lon", what);
        }
    }

    /// One school under two names: the later of two village schools of a township takes the name
    /// of the first, written a little differently.
    fn similar_names(&mut self) {
        let table = TableId::Schools;
        let later = |p: &Self, first: usize, second: usize| {
            let cell = |row, column| p.cell(table, row, column);
            cell(second, "township") == cell(first, "township")
                && cell(second, "school_id") > cell(first, "school_id")
                && !p.used.contains(cell(second, "school_id"))
        };
        let village = |p: &Self, row: usize| {
            let name = p.cell(table, row, "name");
            let rows = p.sheet_rows(table);
            p.cell(table, row, "kind") == "211"
                && p.cell(table, row, "locale") >= "200"
                && name.ends_with("小学")
                && !name.ends_with("中心小学")
                && (0..rows).any(|second| later(p, row, second))
        };
        for (from, to) in [("小学", "中心小学"), ("小学", "小学校")] {
            let Some(first) = self.choose(table, village) else {
                continue;
            };
            let Some(second) = self.choose(table, |p, row| later(p, first, row)) else {
                continue;
            };
            let name = self.cell(table, first, "name").to_owned();
            let stem = name.strip_suffix(from).unwrap_or(&name);
            self.set(table, second, "name", format!("{stem}{to}"));
            let what = Text::new(
                format!("与「{name}」名称相近"),
                format!("nearly the name of {name}"),
            );
            self.note("similar_names", table, second, "name", what);
        }
    }

    fn teacher(&mut self) {
        let table = TableId::Teachers;
        if let Some(row) = self.choose(table, |_, _| true) {
            self.set(table, row, "birth_year", "2030".to_owned());
            let what = Text::new("生于 2030 年", "born in 2030");
            self.note("teacher_age", table, row, "birth_year", what);
        }
    }

    fn county(&mut self) {
        let table = TableId::County;
        let row_of = |p: &Self, key: &str| {
            let rows = p.sheet_rows(table);
            (0..rows).find(|&row| p.cell(table, row, "key") == key)
        };
        for (part, whole, zh, en) in [
            (
                "questionnaires_satisfied",
                "questionnaires_valid",
                "满意多于有效",
                "more satisfied than valid",
            ),
            (
                "rotated_teachers",
                "rotation_eligible_teachers",
                "交流多于符合条件",
                "more rotated than eligible",
            ),
        ] {
            if let (Some(row), Some(other)) = (row_of(self, part), row_of(self, whole)) {
                let value: f64 = self.cell(table, other, "value").parse().unwrap_or(0.0);
                self.set(table, row, "value", text(value + 11.0));
                self.note("part_exceeds_whole", table, row, "value", Text::new(zh, en));
            }
        }
    }

    /// 空壳学校: a school that still has its code but nobody in it.
    fn empty_shell(&mut self) {
        let id = "2199999901";
        self.used.insert(id.to_owned());
        let school = [
            ("school_id", id),
            ("name", "合成示例县旧址小学"),
            ("kind", "211"),
            ("locale", "220"),
            ("owner", "public"),
            ("founded_year", "1966"),
        ];
        let section = [
            ("school_id", id),
            ("stage", "primary"),
            ("students", "0"),
            ("classes", "0"),
            ("full_time_teachers", "0"),
        ];
        let row = self.append(TableId::Schools, &school);
        self.append(TableId::Sections, &section);
        if let Some(row) = row {
            let what = Text::new(
                "无学生、无教师、无校舍",
                "no students, teachers or premises",
            );
            let table = TableId::Schools;
            self.flaws.push(Flaw {
                code: "empty_shell",
                table,
                row: Some(row),
                column: None,
                what,
            });
        }
    }

    fn append(&mut self, table: TableId, cells: &[(&str, &str)]) -> Option<usize> {
        let sheet = self.sheet(table)?;
        sheet.rows.push(vec![String::new(); sheet.header.len()]);
        let row = sheet.rows.len() - 1;
        for (column, value) in cells {
            self.set(table, row, column, (*value).to_owned());
        }
        Some(row)
    }

    /// Full-width digits in one cell, and a total row: both are read without loss.
    fn harmless(&mut self) {
        let table = TableId::Sections;
        if let Some(row) = self.choose(table, |p, row| !p.cell(table, row, "books").is_empty()) {
            let wide = |c: char| {
                c.to_digit(10)
                    .and_then(|d| char::from_u32('０' as u32 + d))
                    .unwrap_or(c)
            };
            let value: String = self.cell(table, row, "books").chars().map(wide).collect();
            self.set(table, row, "books", value);
        }
        let rows = self.sheet_rows(table);
        let total: f64 = (0..rows)
            .filter_map(|row| self.cell(table, row, "students").parse::<f64>().ok())
            .sum();
        self.append(table, &[("school_id", "合计"), ("students", &text(total))]);
    }

    fn unknown_column(&mut self) {
        if let Some(sheet) = self.sheet(TableId::Schools) {
            sheet.header.push("校长手机".to_owned());
            for row in &mut sheet.rows {
                row.push("13800000000".to_owned());
            }
            let column = Some("校长手机".to_owned());
            let what = Text::new("没有这个字段", "no such field");
            self.flaws.push(Flaw {
                code: "unknown_column",
                table: TableId::Schools,
                row: None,
                column,
                what,
            });
        }
    }

    /// A code that lost its last digit, in every table alike, so that no reference breaks.
    fn bad_school_code(&mut self) {
        let table = TableId::Schools;
        let Some(row) = self.choose(table, |p, row| p.cell(table, row, "kind") == "211") else {
            return;
        };
        let old = self.cell(table, row, "school_id").to_owned();
        let new = old.get(..9).unwrap_or("219999999").to_owned();
        for sheet in self.sheets.iter_mut() {
            for cell in sheet.rows.iter_mut().flatten() {
                if cell.split(';').any(|id| id == old) {
                    *cell = cell.replace(&old, &new);
                }
            }
        }
        let what = Text::new(format!("{old} 少了一位"), format!("{old} lost a digit"));
        self.note("bad_school_code", table, row, "school_id", what);
    }
}
