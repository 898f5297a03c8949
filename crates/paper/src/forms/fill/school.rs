//! 学校填报表: the 68 rows of the official form.

use junheng_core::evaluate::Origin;
use junheng_core::model::{Field, Stage, TableId, kind_title};
use rust_xlsxwriter::XlsxError;

use super::super::page::{Cell, Page};
use super::{Line, line, money, sheet};
use crate::Subject;

/// 学校填报表, a sheet per school; one blank sheet where there is none.
pub(in super::super) fn schools(subject: &Subject<'_>) -> Result<Vec<Page>, XlsxError> {
    let mut pages = Vec::new();
    let rows: Vec<usize> = subject
        .schools()
        .into_iter()
        .filter(|row| !subject.is_special(*row))
        .collect();
    for (number, row) in (1..).zip(&rows) {
        let name = subject.snapshot.text(Field::SchoolName, *row).unwrap_or("");
        let tab = tab(number, name);
        pages.push(sheet(
            subject,
            &tab,
            "学校填报数据",
            &school(subject, *row),
        )?);
    }
    if pages.is_empty() {
        pages.push(sheet(
            subject,
            "学校填报表",
            "学校填报数据",
            &school(subject, usize::MAX),
        )?);
    }
    Ok(pages)
}

/// A sheet's name: numbered so that it is unique, without what a name may not hold, at most 31 characters.
fn tab(number: usize, name: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control())
        .collect();
    let text = format!("{number} {clean}");
    if text.encode_utf16().count() <= 31 {
        text
    } else {
        text.chars().take(15).collect()
    }
}

/// The kinds of schools that the form knows.
const KINDS: &str = "小学/初中/九年一贯制/十二年一贯制/完全中学";

/// The kind in the words of [`KINDS`]; its own where the form has none.
fn kind(code: u16) -> String {
    match code {
        211 | 218 => "小学".to_owned(),
        311 | 321 => "初中".to_owned(),
        312 => "九年一贯制".to_owned(),
        345 => "十二年一贯制".to_owned(),
        other => kind_title(other).zh,
    }
}

/// Class sizes as the form counts them: lowest and highest.
const BANDS: [(f64, f64, &str); 10] = [
    (0.0, 25.0, "每班25人以下班级个数"),
    (26.0, 30.0, "每班26-30人班级个数"),
    (31.0, 35.0, "每班31-35人班级个数"),
    (36.0, 40.0, "每班36-40人班级个数"),
    (41.0, 45.0, "每班41-45人班级个数"),
    (46.0, 50.0, "每班46-50人班级个数"),
    (51.0, 55.0, "每班51-55人班级个数"),
    (56.0, 60.0, "每班56-60人班级个数"),
    (61.0, 65.0, "每班61-65人班级个数"),
    (66.0, f64::INFINITY, "每班66人以上班级个数"),
];

/// Degrees as the form counts them.
const DEGREES: [(Stage, &str, &str); 7] = [
    (Stage::Primary, "college", "专科学历教师人数（小学）"),
    (Stage::Primary, "bachelor", "本科学历教师人数（小学）"),
    (Stage::Junior, "bachelor", "本科学历教师人数（初中）"),
    (Stage::Primary, "master", "硕士学历教师人数（小学）"),
    (Stage::Junior, "master", "硕士学历教师人数（初中）"),
    (Stage::Primary, "doctor", "博士研究生学历教师人数（小学）"),
    (Stage::Junior, "doctor", "博士研究生学历教师人数（初中）"),
];

/// Subjects of PE and the arts as the form counts them.
const ARTS: [(&str, &str); 4] = [
    ("pe", "体育"),
    ("music", "音乐"),
    ("art", "美术"),
    ("arts", "艺术"),
];

/// A school's rows of `sections`, and what is asked of them.
struct School<'a> {
    subject: &'a Subject<'a>,
    row: usize,
    sections: Vec<(Stage, usize)>,
}

impl School<'_> {
    /// The figure of one stage; 0 where the school has no such stage.
    fn of(&self, stage: Stage, field: Field) -> Cell {
        match self.sections.iter().find(|(s, _)| *s == stage) {
            Some((_, row)) => Cell::count(self.subject.figure(field, *row)),
            None if self.sections.is_empty() => Cell::Blank,
            None => Cell::Number(0.0, 0),
        }
    }

    /// The sum of all stages; a whole-school figure where that is what was given.
    fn total(&self, field: Field) -> Option<f64> {
        let given = Field::SHARED
            .iter()
            .find(|(section, _)| *section == field)
            .and_then(|(_, school)| self.subject.snapshot.number(*school, self.row));
        let own = |row: &usize| self.subject.snapshot.number(field, *row).is_some();
        let any = self.sections.iter().any(|(_, row)| own(row));
        if let (Some(given), false) = (given, any) {
            return Some(given);
        }
        (!self.sections.is_empty()).then_some(())?;
        self.sections.iter().try_fold(0.0, |sum, (_, row)| {
            Some(sum + self.subject.figure(field, *row)?)
        })
    }

    fn flag(&self, value: Option<bool>) -> Cell {
        value.map_or(Cell::Blank, |yes| {
            Cell::text(if yes { "是" } else { "否" })
        })
    }

    /// Classes with so many students; blank where sizes are not listed.
    fn classes(&self, low: f64, high: f64) -> Cell {
        let mut count = 0.0;
        for (_, row) in &self.sections {
            let listed = self.subject.evaluation.frame.classes.get(*row);
            let Some(listed) = listed.filter(|l| !l.is_empty()) else {
                return Cell::Blank;
            };
            for (_, size) in listed {
                if size.is_nan() {
                    return Cell::Blank;
                }
                count += f64::from(u8::from((low..=high).contains(size)));
            }
        }
        if self.sections.is_empty() {
            return Cell::Blank;
        }
        Cell::Number(count, 0)
    }

    /// Listed teachers of these stages with a value; blank where they are not listed, or one has none.
    fn teachers(&self, stages: &[Stage], field: Field, value: &str) -> Cell {
        if self.sections.is_empty() {
            return Cell::Blank;
        }
        let mut count = 0_u32;
        for (stage, row) in &self.sections {
            if !stages.contains(stage) {
                continue;
            }
            let frame = &self.subject.evaluation.frame;
            let listed = frame.origin(Field::FullTimeTeachers, *row);
            let Some(Origin::Teachers(rows)) = listed else {
                return Cell::Blank;
            };
            for teacher in rows {
                let Some(own) = self.subject.snapshot.text(field, teacher) else {
                    return Cell::Blank;
                };
                count += u32::from(own == value);
            }
        }
        Cell::Number(f64::from(count), 0)
    }

    /// Rooms of a kind with an area in a range; blank where rooms are not listed at all.
    fn rooms(&self, kind: &str, low: f64, below: f64) -> Cell {
        if self.subject.snapshot.table(TableId::Rooms).is_none() || self.sections.is_empty() {
            return Cell::Blank;
        }
        let count = self
            .sections
            .iter()
            .filter_map(|(_, row)| self.subject.evaluation.frame.rooms.get(*row))
            .flatten()
            .filter(|(_, k, area)| k == kind && (low..below).contains(area))
            .count();
        Cell::Number(count as f64, 0)
    }
}

fn school(subject: &Subject<'_>, row: usize) -> Vec<Line> {
    let frame = &subject.evaluation.frame;
    let sections = frame
        .members(row)
        .iter()
        .filter_map(|r| Some((frame.sections[*r].stage?, *r)))
        .collect();
    let s = School {
        subject,
        row,
        sections,
    };
    let text = |field| {
        subject
            .snapshot
            .text(field, row)
            .map_or(Cell::Blank, Cell::text)
    };
    let number = |field| subject.snapshot.number(field, row);
    let kind = number(Field::SchoolKind).map_or(Cell::Blank, |k| Cell::Text(kind(k as u16)));
    let founded = number(Field::FoundedYear);
    let students = s.total(Field::Students);
    let rural = number(Field::Locale).map(|l| {
        junheng_core::model::Place::of_locale(l as u16) == Some(junheng_core::model::Place::Rural)
    });
    let largest = s
        .sections
        .iter()
        .map(|(_, r)| subject.figure(Field::LargestClass, *r))
        .try_fold(0.0_f64, |most, x| Some(most.max(x?)))
        .filter(|_| !s.sections.is_empty());
    let total = |field| money(s.total(field));
    let ten = |field| money(s.total(field).map(|y| y / 10_000.0));
    let both = |field| [Stage::Primary, Stage::Junior].map(|stage| s.of(stage, field));
    let [primary, junior] = both(Field::Students);
    let [zone_primary, zone_junior] = both(Field::InZoneStudents);
    let mut lines = vec![
        line("基本信息", "学校名称", "", text(Field::SchoolName)),
        line("基本信息", "学校类型", KINDS, kind),
        line("基本信息", "学校代码", "", text(Field::SchoolId)),
        line("基本信息", "建校时间", "年", Cell::count(founded)),
        line(
            "基本信息",
            "是否2010年及之前规划并建成",
            "是/否",
            s.flag(founded.map(|y| y <= 2010.0)),
        ),
        line(
            "基本信息",
            "是否2016年及之前规划并建成",
            "是/否",
            s.flag(founded.map(|y| y <= 2016.0)),
        ),
        line(
            "基本信息",
            "是否人口密度过高的大城市中心城区学校",
            "是/否",
            s.flag(number(Field::DenseUrban).map(|x| x == 1.0)),
        ),
        line(
            "基本信息",
            "是否50人及以上但不足100人的乡村小规模学校和教学点",
            "是/否",
            s.flag(
                rural
                    .zip(students)
                    .map(|(r, n)| r && (50.0..100.0).contains(&n)),
            ),
        ),
        line(
            "基本信息",
            "是否最大班额低于30人的农村小规模学校",
            "是/否",
            s.flag(
                rural
                    .zip(students)
                    .zip(largest)
                    .map(|((r, n), l)| r && n < 100.0 && l < 30.0),
            ),
        ),
        line("学生信息", "小学学生人数", "人", primary),
        line("学生信息", "初中学生人数", "人", junior),
        line(
            "学生信息",
            "进城务工人员随迁子女在校生人数",
            "人",
            total(Field::MigrantStudents),
        ),
        line(
            "学生信息",
            "家庭住址在划片范围内的在校学生人数（小学）",
            "人",
            zone_primary,
        ),
        line(
            "学生信息",
            "家庭住址在划片范围内的在校学生人数（初中）",
            "人",
            zone_junior,
        ),
        line("班级信息", "班级总数", "个", total(Field::SectionClasses)),
    ];
    for (low, high, title) in BANDS {
        lines.push(line("班级信息", title, "个", s.classes(low, high)));
    }
    let teachers = "教师学历信息";
    let staff = |title, field| line(teachers, title, "人", total(field));
    lines.push(staff("专任教师总人数", Field::FullTimeTeachers));
    for (stage, degree, title) in DEGREES {
        let value = s.teachers(&[stage], Field::TeacherDegree, degree);
        lines.push(line(teachers, title, "人", value));
    }
    lines.extend([
        staff("县级及以上骨干教师数", Field::BackboneTeachers),
        staff("持有教师资格证的专任教师人数", Field::CertifiedTeachers),
        staff("近5年培训满360学时专任教师人数", Field::Trained360),
    ]);
    let both_stages = [Stage::Primary, Stage::Junior];
    for (subject, name) in ARTS {
        let value = s.teachers(&both_stages, Field::TeacherSubject, subject);
        lines.push(line(
            "体育艺术教师",
            format!("{name}专任教师人数"),
            "人",
            value,
        ));
    }
    for (_, name) in ARTS {
        lines.push(Line {
            required: false,
            remark: "仅50-100人乡村小规模学校填写",
            ..line(
                "体育艺术教师",
                format!("{name}交流轮岗/兼职/走教教师人数"),
                "人",
                Cell::Blank,
            )
        });
    }
    lines.extend([
        line(
            "教学用房面积",
            "教学及辅助用房总面积",
            "平方米",
            total(Field::TeachingArea),
        ),
        line(
            "教学用房面积",
            "室内体育用房面积",
            "平方米",
            total(Field::IndoorPeArea),
        ),
        line("体育场馆面积", "学校体育馆面积", "平方米", Cell::Blank),
        Line {
            remark: "已填的为校内运动场地面积合计，含体育馆的请分开填写",
            ..line(
                "体育场馆面积",
                "校内体育场面积",
                "平方米",
                total(Field::SportsGround),
            )
        },
        Line {
            required: false,
            remark: "仅人口密度过高的中心城区学校填写",
            ..line(
                "体育场馆面积",
                "校外租赁场馆面积",
                "平方米",
                total(Field::OffsiteSports),
            )
        },
        Line {
            required: false,
            remark: "仅人口密度过高的中心城区学校填写",
            ..line("体育场馆面积", "校内其他体育场面积", "平方米", Cell::Blank)
        },
        line(
            "教学设备",
            "教学仪器设备资产值（账面原值）",
            "万元",
            ten(Field::Equipment),
        ),
        line(
            "教学设备",
            "网络多媒体教室间数",
            "间",
            total(Field::MultimediaRooms),
        ),
    ]);
    let all = (0.0, f64::INFINITY);
    for (kind, title, low, high) in [
        ("music", "音乐教室总间数", all.0, all.1),
        ("music", "单间面积≥96㎡的音乐教室间数", 96.0, all.1),
        ("music", "73㎡≤单间面积＜96㎡的音乐教室间数", 73.0, 96.0),
        ("music", "61㎡≤单间面积＜73㎡的音乐教室间数", 61.0, 73.0),
        ("art", "美术教室总间数", all.0, all.1),
        ("art", "单间面积≥90㎡的美术教室间数", 90.0, all.1),
        ("art", "67㎡≤单间面积＜90㎡的美术教室间数", 67.0, 90.0),
        ("art", "61㎡≤单间面积＜67㎡的美术教室间数", 61.0, 67.0),
    ] {
        lines.push(line("音乐美术教室", title, "间", s.rooms(kind, low, high)));
    }
    lines.extend([
        line(
            "经费信息",
            "上一年度公用经费预算总额",
            "万元",
            ten(Field::PublicFund),
        ),
        line("经费信息", "上一年度公用经费决算总额", "万元", Cell::Blank),
        line(
            "经费信息",
            "上一年度教师培训经费预算总额",
            "万元",
            ten(Field::TrainingFund),
        ),
    ]);
    for title in [
        "本届毕业学生人数",
        "毕业年级初一时在校学生数",
        "毕业年级三年转入学生数",
        "毕业年级三年转出学生数",
        "毕业年级三年死亡学生数",
    ] {
        lines.push(Line {
            remark: "初中填写",
            ..line("巩固率数据", title, "人", Cell::Blank)
        });
    }
    lines
}
