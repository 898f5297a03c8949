//! Figures per student that are out of the plausible: wrong units, slipped areas, outliers.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Kind, Stage};
use junheng_core::text::Text;

use super::limits::{self, Limit};
use super::report::{Report, num, say};
use super::view::View;

/// A column looked at per student, with the whole school's column where there is one.
struct Column {
    field: Field,
    school: Option<Field>,
    limit: &'static Limit,
    /// How students and the figure are divided.
    form: Form,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    PerStudent,
    PerHundred,
    /// Students per teacher, per class.
    StudentsPer,
}

const fn column(field: Field, school: Option<Field>, limit: &'static Limit, form: Form) -> Column {
    Column {
        field,
        school,
        limit,
        form,
    }
}

const COLUMNS: &[Column] = &{
    use Form::{PerHundred, PerStudent, StudentsPer};
    [
        column(
            Field::SectionClasses,
            None,
            &limits::CLASS_SIZE,
            StudentsPer,
        ),
        column(
            Field::FullTimeTeachers,
            None,
            &limits::STUDENTS_PER_TEACHER,
            StudentsPer,
        ),
        column(
            Field::TeachingArea,
            Some(Field::SchoolTeachingArea),
            &limits::TEACHING_AREA,
            PerStudent,
        ),
        column(
            Field::SportsGround,
            Some(Field::SchoolSportsGround),
            &limits::SPORTS_GROUND,
            PerStudent,
        ),
        column(
            Field::BuildingArea,
            Some(Field::SchoolBuildingArea),
            &limits::BUILDING_AREA,
            PerStudent,
        ),
        column(
            Field::LandArea,
            Some(Field::SchoolLandArea),
            &limits::LAND_AREA,
            PerStudent,
        ),
        column(
            Field::Equipment,
            Some(Field::SchoolEquipment),
            &limits::EQUIPMENT,
            PerStudent,
        ),
        column(
            Field::MultimediaRooms,
            Some(Field::SchoolMultimediaRooms),
            &limits::MULTIMEDIA_ROOMS,
            PerHundred,
        ),
        column(
            Field::Computers,
            Some(Field::SchoolComputers),
            &limits::COMPUTERS,
            PerHundred,
        ),
        column(
            Field::Books,
            Some(Field::SchoolBooks),
            &limits::BOOKS,
            PerStudent,
        ),
        column(Field::PublicFund, None, &limits::PUBLIC_FUND, PerStudent),
    ]
};

/// A figure of one section or one whole school.
struct Figure {
    field: Field,
    row: usize,
    label: Text,
    total: f64,
    students: f64,
    /// In the unit of the column's limit.
    value: f64,
}

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    for column in COLUMNS {
        for figures in groups(view, column).into_values() {
            judge(column, &figures, report);
        }
    }
    county(view, report);
}

/// Comparable figures: sections by stage, and whole schools (`None`).
fn groups(view: &View<'_>, column: &Column) -> BTreeMap<Option<Stage>, Vec<Figure>> {
    let mut groups = BTreeMap::<_, Vec<Figure>>::new();
    let mut add = |stage, field, row, label: &Text, students: Option<f64>| {
        if let (Some(students), Some(total)) = (students, view.number(field, row))
            && students > 0.0
            && let Some(value) = column.value(total, students)
        {
            groups.entry(stage).or_default().push(Figure {
                field,
                row,
                label: label.clone(),
                total,
                students,
                value,
            });
        }
    };
    for section in view.sections.iter().filter(|s| s.stage != Stage::Senior) {
        add(
            Some(section.stage),
            column.field,
            section.row,
            &section.label,
            section.students,
        );
    }
    if let Some(field) = column.school {
        for school in &view.schools {
            let label = Text::same(school.name);
            add(None, field, school.row, &label, view.students_of(school.id));
        }
    }
    groups
}

impl Column {
    fn value(&self, total: f64, students: f64) -> Option<f64> {
        // Schools under 100 students are funded as if they had 100.
        let least = if self.field == Field::PublicFund {
            100.0
        } else {
            0.0
        };
        let students = students.max(least);
        match self.form {
            Form::PerStudent => Some(total / students),
            Form::PerHundred => Some(100.0 * total / students),
            Form::StudentsPer => (total > 0.0).then(|| students / total),
        }
    }

    fn is_area(&self) -> bool {
        self.field.kind() == Kind::Amount
    }
}

/// At most one finding per figure, the most telling one.
fn judge(column: &Column, figures: &[Figure], report: &mut Report<'_>) {
    let positive = || figures.iter().filter(|f| f.value > 0.0);
    let value = median(positive().map(|f| f.value));
    let total = median(positive().map(|f| f.total));
    let schools = positive().count() as f64;
    let spread = Spread::of(positive().filter(|f| f.students >= limits::SMALL_SECTION.low));
    for figure in figures {
        let settled = limits::SMALL_SECTION.holds(figure.students);
        let per_yuan = column.field.kind() == Kind::Yuan;
        if per_yuan && figure.total > 0.0 && !limits::MONEY_PER_STUDENT.holds(figure.value) {
            money_slip(figure, report);
        } else if column.is_area()
            && limits::AREA_SLIP_SCHOOLS.holds(schools)
            && let (Some(value), Some(total)) = (value, total)
            && figure.slipped(value, total)
        {
            area_slip(figure, value, report);
        } else if settled && !column.limit.holds(figure.value) {
            implausible(column, figure, report);
        } else if settled
            // Small schools have small classes; for those the limit is enough.
            && column.form != Form::StudentsPer
            && let Some(spread) = &spread
            && let Some(z) = spread.score(figure.value)
            && !limits::OUTLIER.holds(z)
            && !limits::OUTLIER_TIMES.holds(figure.value / spread.median.exp())
        {
            outlier(column, figure, spread.median.exp(), report);
        }
    }
}

impl Figure {
    /// Far from the county's median per student and in total, to the same side.
    fn slipped(&self, value: f64, total: f64) -> bool {
        let (per, all) = (self.value / value, self.total / total);
        let (slip, least) = (&limits::AREA_SLIP, &limits::AREA_SLIP_TOTAL);
        self.total > 0.0
            && ((per > slip.high && all > least.high) || (per < slip.low && all < least.low))
    }
}

/// Median and deviation of logarithms.
struct Spread {
    median: f64,
    deviation: f64,
}

impl Spread {
    fn of<'a>(figures: impl Iterator<Item = &'a Figure>) -> Option<Self> {
        let logs: Vec<f64> = figures.map(|f| f.value.ln()).collect();
        if !limits::OUTLIER_SCHOOLS.holds(logs.len() as f64) {
            return None;
        }
        let median_log = median(logs.iter().copied())?;
        let deviation = median(logs.iter().map(|x| (x - median_log).abs()))?;
        Some(Self {
            median: median_log,
            deviation,
        })
    }

    /// The modified z-score (Iglewicz and Hoaglin); `None` where most figures are equal.
    fn score(&self, value: f64) -> Option<f64> {
        (value > 0.0 && self.deviation > 0.0)
            .then(|| 0.6745 * (value.ln() - self.median) / self.deviation)
    }
}

/// The median of finite numbers.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, upper))
}

fn money_slip(figure: &Figure, report: &mut Report<'_>) {
    let title = figure.field.about();
    let (zh, en, title_zh, title_en) = (&figure.label.zh, &figure.label.en, title.zh, title.en);
    let (guess_zh, guess_en) = slip_guess(figure.value < limits::MONEY_PER_STUDENT.low);
    let (total, value) = (num(figure.total), num(figure.value));
    report.at(
        "unit_slip",
        figure.field,
        figure.row,
        say!(
            "{zh}：{title_zh} {total} 元，生均 {value} 元，{guess_zh}。",
            "{en}: {title_en} {total} yuan, {value} yuan per student; {guess_en}."
        ),
    );
}

fn slip_guess(low: bool) -> (&'static str, &'static str) {
    if low {
        ("可能把万元数填成了元", "probably 万元 given as yuan")
    } else {
        ("可能把元数填成了万元", "probably yuan given as 万元")
    }
}

fn area_slip(figure: &Figure, median: f64, report: &mut Report<'_>) {
    let title = figure.field.about();
    let (zh, en, title_zh, title_en) = (&figure.label.zh, &figure.label.en, title.zh, title.en);
    let times = if figure.value > median {
        let n = num((figure.value / median).round());
        say!("是 {n} 倍", "{n} times that")
    } else {
        let n = num((median / figure.value).round());
        say!("只有 1/{n}", "1/{n} of that")
    };
    let (times_zh, times_en) = (times.zh, times.en);
    let (total, value, median) = (num(figure.total), num(figure.value), num(median));
    report.at(
        "area_slip",
        figure.field,
        figure.row,
        say!(
            "{zh}：{title_zh} {total} 平方米，生均 {value} 平方米；本县中位数 {median} 平方米，{times_zh}，可能小数点或单位有误。",
            "{en}: {title_en} {total} m², {value} m² per student; the county's median is {median} m² and this is {times_en}: a decimal point or a unit may be wrong."
        ),
    );
}

fn implausible(column: &Column, figure: &Figure, report: &mut Report<'_>) {
    let title = figure.field.about();
    let (zh, en, title_zh, title_en) = (&figure.label.zh, &figure.label.en, title.zh, title.en);
    let (unit_zh, unit_en) = column.limit.unit;
    let (low, high) = (num(column.limit.low), num(column.limit.high));
    let (total, students, value) = (num(figure.total), num(figure.students), num(figure.value));
    report.at(
        "ratio_implausible",
        figure.field,
        figure.row,
        say!(
            "{zh}：{title_zh} {total}，学生 {students} 人，合 {value} {unit_zh}，一般在 {low} 至 {high} 之间。",
            "{en}: {title_en} {total}, {students} students: {value} {unit_en}, usually between {low} and {high}."
        ),
    );
}

fn outlier(column: &Column, figure: &Figure, median: f64, report: &mut Report<'_>) {
    let title = figure.field.about();
    let (zh, en, title_zh, title_en) = (&figure.label.zh, &figure.label.en, title.zh, title.en);
    let (unit_zh, unit_en) = column.limit.unit;
    let (value, median) = (num(figure.value), num(median));
    report.at(
        "outlier",
        figure.field,
        figure.row,
        say!(
            "{zh}：{title_zh}合 {value} {unit_zh}，本县同学段中位数 {median}，相差悬殊。",
            "{en}: {title_en}: {value} {unit_en}, far from the county's median of {median} for this stage."
        ),
    );
}

/// County figures in another unit.
fn county(view: &View<'_>, report: &mut Report<'_>) {
    for (field, limit) in [
        (Field::TeacherPay, &limits::PAY),
        (Field::CivilServantPay, &limits::PAY),
        (Field::QuotaPrimary, &limits::QUOTA),
        (Field::QuotaJunior, &limits::QUOTA),
        (Field::ProvincialQuotaPrimary, &limits::QUOTA),
        (Field::ProvincialQuotaJunior, &limits::QUOTA),
        (Field::CountyResidents, &limits::RESIDENTS),
    ] {
        if let Some(value) = view.number(field, 0)
            && value > 0.0
            && !limit.holds(value)
        {
            let (zh, en) = (field.about().zh, field.about().en);
            let (unit_zh, unit_en) = limit.unit;
            let (value, low, high) = (num(value), num(limit.low), num(limit.high));
            report.at(
                "unit_slip",
                field,
                0,
                say!(
                    "{zh} {value} {unit_zh}，一般在 {low} 至 {high} 之间，可能单位有误（万）。",
                    "{en}: {value} {unit_en}, usually between {low} and {high}; probably in another unit (万)."
                ),
            );
        }
    }
    if let (Some(fund), Some(students)) = (
        view.number(Field::SpecialFund, 0),
        view.number(Field::SpecialStudents, 0),
    ) && fund > 0.0
        && students > 0.0
        && !limits::MONEY_PER_STUDENT.holds(fund / students)
    {
        let figure = Figure {
            field: Field::SpecialFund,
            row: 0,
            label: Text::new("特殊教育学校", "Special schools"),
            total: fund,
            students,
            value: fund / students,
        };
        money_slip(&figure, report);
    }
}
