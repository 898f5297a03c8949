//! The value of one cell: what was meant, or why it cannot be told.

use junheng_core::date::Date;
use junheng_core::finding::Severity;
use junheng_core::model::{Field, Kind, SCHOOL_KINDS};
use junheng_core::text::Text;

use crate::grid::Value;
use crate::header::{narrow, normal, unit};
use crate::log::quoted;

/// A cell as a value of its field.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// Nothing is known.
    Missing,
    /// A number.
    Number(f64),
    /// A text, an identifier, a code or a date.
    Text(String),
}

/// What is wrong with a cell; the place is the caller's.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// How it is dealt with.
    pub severity: Severity,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

/// What people write for "nothing is known".
const BLANKS: &[&str] = &[
    "/", "\\", "无", "空", "n/a", "na", "null", "nan", "未知", "不详", "…", "...",
];

/// Other spellings of the codes of choices, reduced as headers are.
const SPELLINGS: &[(&str, &str)] = &[
    ("小学部", "primary"),
    ("小学阶段", "primary"),
    ("初中部", "junior"),
    ("初中阶段", "junior"),
    ("初级中学", "junior"),
    ("高中部", "senior"),
    ("普通高中", "senior"),
    ("非民办", "public"),
    ("公立", "public"),
    ("公办学校", "public"),
    ("教育部门", "public"),
    ("私立", "private"),
    ("民办学校", "private"),
    ("cgcs2000坐标系", "cgcs2000"),
    ("大地2000", "cgcs2000"),
    ("2000国家大地坐标系", "cgcs2000"),
    ("epsg4490", "cgcs2000"),
    ("epsg4326", "wgs84"),
    ("高德", "gcj02"),
    ("腾讯", "gcj02"),
    ("国测局坐标", "gcj02"),
    ("百度", "bd09"),
    ("音乐教室", "music"),
    ("美术教室", "art"),
    ("true", "yes"),
    ("1", "yes"),
    ("√", "yes"),
    ("false", "no"),
    ("0", "no"),
    ("×", "no"),
    ("男性", "male"),
    ("m", "male"),
    ("女性", "female"),
    ("f", "female"),
    ("博士研究生", "doctor"),
    ("研究生", "master"),
    ("硕士研究生", "master"),
    ("大学本科", "bachelor"),
    ("大学", "bachelor"),
    ("大专", "college"),
    ("大学专科", "college"),
    ("高中", "secondary"),
    ("中师", "secondary"),
    ("高中阶段", "secondary"),
    ("初中及以下", "below"),
    ("高级教师", "senior"),
    ("副高级", "senior"),
    ("副高", "senior"),
    ("正高", "full_senior"),
    ("正高级教师", "full_senior"),
    ("一级教师", "mid"),
    ("二级教师", "junior"),
    ("三级教师", "junior"),
    ("助理级", "junior"),
    ("员级", "junior"),
    ("无职称", "none"),
    ("未评", "none"),
    ("未评级", "none"),
    ("体育", "pe"),
    ("道法", "moral"),
    ("思想品德", "moral"),
    ("品德", "moral"),
    ("政治", "moral"),
    ("思想政治", "moral"),
    ("外语", "english"),
    ("信息技术", "it"),
    ("综合实践活动", "practice"),
    ("劳动技术", "labour"),
    ("心理", "psychology"),
];

/// Names of 办学类型 beside the standard's own.
const KIND_NAMES: &[(&str, u16)] = &[
    ("教学点", 218),
    ("初中", 311),
    ("普通初中", 311),
    ("完全小学", 211),
    ("九年一贯制", 312),
    ("完中", 341),
    ("十二年一贯制", 345),
    ("特殊教育学校", 510),
    ("特教学校", 510),
    ("特殊教育", 510),
];

/// Names of 城乡类型 (国家统计局 codes, and their parents).
const LOCALE_NAMES: &[(&str, u16)] = &[
    ("主城区", 111),
    ("城乡结合区", 112),
    ("镇中心区", 121),
    ("镇乡结合区", 122),
    ("特殊区域", 123),
    ("乡中心区", 210),
    ("村庄", 220),
    ("城区", 110),
    ("镇区", 120),
    ("乡村", 200),
    ("农村", 200),
];

/// A decimal number as text and a power of ten, so that 万元 shifts the point and rounds once.
///
/// ```
/// use junheng_intake::parse::Decimal;
/// let value = Decimal::read("1,234.5").unwrap();
/// assert_eq!(value.shifted(4), 12_345_000.0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// Reads digits with an optional sign, thousands commas, point and exponent; nothing else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) if e.len() <= 4 => (m, e.parse().ok()?),
            Some(_) => return None,
            None => (text, 0),
        };
        let (sign, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let numeric = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or_default();
        let mut grouped = false;
        for group in groups {
            grouped = true;
            if group.len() != 3 || !numeric(group) {
                return None;
            }
        }
        let digits = whole.replace(',', "");
        let sound = numeric(&digits) && numeric(part) && !(digits.is_empty() && part.is_empty());
        if !sound || (grouped && !(1..=3).contains(&first.len())) {
            return None;
        }
        Some(Self {
            digits: format!("{sign}{digits}.{part}0"),
            exponent,
        })
    }

    /// A number cell, whose decimal is what the spreadsheet shows.
    fn of(number: f64) -> Option<Self> {
        number
            .is_finite()
            .then(|| Self::read(&format!("{number:e}")))
            .flatten()
    }

    /// The value times ten to the `places`, rounded once to the nearest binary number.
    #[must_use]
    pub fn shifted(&self, places: i32) -> f64 {
        let exponent = self.exponent.saturating_add(places);
        let value: f64 = format!("{}e{exponent}", self.digits)
            .parse()
            .unwrap_or(f64::NAN);
        value + 0.0 // -0 is 0
    }
}

/// Reads a cell as a value of `field`; `shift` is the decimal places its header adds.
#[must_use]
pub fn cell(field: Field, value: &Value, shift: i32) -> (Parsed, Option<Problem>) {
    let result = match value {
        Value::Empty => Ok(Parsed::Missing),
        Value::Error(e) => Err(problem(
            "cell_error",
            format!("{}是公式错误 {}，按缺失处理", title(field).zh, quoted(e)),
            format!(
                "{} is the formula error {} and counts as missing",
                title(field).en,
                quoted(e)
            ),
            (
                "改正公式或直接填数值",
                "Mend the formula or write the value itself",
            ),
        )),
        _ => read(field, value, shift),
    };
    match result {
        Ok(parsed) => {
            let doubt = doubt(field, value, &parsed);
            (parsed, doubt)
        }
        Err(problem) => (Parsed::Missing, Some(problem)),
    }
}

fn read(field: Field, value: &Value, shift: i32) -> Result<Parsed, Problem> {
    let written = written(value);
    let text = narrow(&written).trim().to_owned();
    let lower = text.to_lowercase();
    let kind = field.kind();
    if let Kind::Choice(options) = kind
        && let Some(code) = choice(options, &text)
    {
        return Ok(Parsed::Text(code.to_owned()));
    }
    if text.chars().all(|c| c == '-') || BLANKS.contains(&lower.as_str()) {
        return Ok(Parsed::Missing);
    }
    let wrong = |code, zh: &str, en: &str, hint| {
        let title = title(field);
        let shown = quoted(&written);
        Err(problem(
            code,
            format!("{}“{shown}”{zh}，按缺失处理", title.zh),
            format!("{} “{shown}” {en} and counts as missing", title.en),
            hint,
        ))
    };
    let found = match kind {
        Kind::Text => Some(Parsed::Text(
            written.split_whitespace().collect::<Vec<_>>().join(" "),
        )),
        Kind::Id | Kind::Ref(_) => Some(Parsed::Text(identifier(&text))),
        Kind::Ids => {
            let ids = text
                .split([';', ',', '、', '\n'])
                .map(identifier)
                .filter(|t| !t.is_empty());
            Some(Parsed::Text(ids.collect::<Vec<_>>().join(";")))
        }
        Kind::Choice(options) => {
            let list: Vec<&str> = options.iter().map(|(_, zh, _)| *zh).collect();
            let codes: Vec<&str> = options.iter().map(|(code, ..)| *code).collect();
            return wrong(
                "unknown_choice",
                "不在可选项之中",
                "is none of the choices",
                (
                    &format!("可填：{}", list.join("、")),
                    &format!("Choose from: {}", codes.join(", ")),
                ),
            );
        }
        Kind::Flag => flag(&lower).map(Parsed::Number),
        Kind::Date => day(value, &text).map(Parsed::Text),
        Kind::YuanOrNo if ["no", "否", "不许", "不允许", "禁止"].contains(&lower.as_str()) => {
            Some(Parsed::Text("no".to_owned()))
        }
        Kind::Code(low, high) => {
            let code = code(field, &text);
            if code.is_some_and(|c| !(low..=high).contains(&c)) {
                return wrong(
                    "out_of_range",
                    "不是有效代码",
                    "is no valid code",
                    ("按代码表填写", "Use the code list"),
                );
            }
            code.map(|c| Parsed::Number(f64::from(c)))
        }
        Kind::Year => year(&text).map(Parsed::Number),
        _ => {
            let number = if let Value::Number(n) = value {
                Decimal::of(*n).map(|d| (d, 0))
            } else {
                measured(field, &text)
            };
            let number = number
                .map(|(d, places)| d.shifted(places + shift))
                .filter(|n| n.is_finite());
            if let Some(n) = number {
                if n < 0.0 && kind != Kind::Number {
                    return wrong(
                        "negative",
                        "是负数",
                        "is negative",
                        ("核对后改正", "Check and correct it"),
                    );
                }
                if kind == Kind::Count && n.fract() != 0.0 {
                    return wrong(
                        "not_whole",
                        "不是整数",
                        "is no whole number",
                        ("填整数", "Write a whole number"),
                    );
                }
                if kind == Kind::Share && n > 1.0 {
                    return wrong(
                        "share_over_one",
                        "大于 1",
                        "is more than 1",
                        (
                            "填 0 至 1 的小数，或带百分号，如 85%",
                            "Write a decimal from 0 to 1, or with a percent sign: 85%",
                        ),
                    );
                }
            }
            number.map(|n| match kind {
                Kind::YuanOrNo => Parsed::Text(format!("{n}")),
                _ => Parsed::Number(n),
            })
        }
    };
    match (found, kind) {
        (Some(parsed), _) => Ok(parsed),
        (None, Kind::Date) => wrong(
            "not_a_date",
            "不是日期",
            "is no date",
            ("写成 2025-09-01", "Write it as 2025-09-01"),
        ),
        (None, Kind::Year) => wrong(
            "not_a_year",
            "不是四位年份",
            "is no four-digit year",
            ("写成 2025", "Write it as 2025"),
        ),
        (None, Kind::Flag) => wrong(
            "not_a_flag",
            "不是“是”或“否”",
            "is neither yes nor no",
            ("填 1 或 0、是或否", "Write 1 or 0"),
        ),
        (None, _) => wrong(
            "not_a_number",
            "不是数字",
            "is no number",
            (
                "只填数字；没有数据就留空，确为零才填 0",
                "Write a number only; leave unknown blank, 0 only for a true zero",
            ),
        ),
    }
}

/// A value that is kept though something about it may be wrong.
fn doubt(field: Field, value: &Value, parsed: &Parsed) -> Option<Problem> {
    if !matches!(field.kind(), Kind::Id | Kind::Ref(_)) {
        return None;
    }
    let Parsed::Text(id) = parsed else {
        return None;
    };
    match value {
        Value::Number(n) if n.abs() >= 1e15 => Some(Problem {
            severity: Severity::Explain,
            ..problem(
                "long_id_as_number",
                format!("编号 {id} 存成了数字，Excel 只保留 15 位有效数字，后几位可能已变成 0"),
                format!(
                    "The identifier {id} is stored as a number; Excel keeps 15 digits, the last ones may have become 0"
                ),
                (
                    "把该列设为文本格式后重新录入",
                    "Format the column as text and enter it again",
                ),
            )
        }),
        Value::Date(d) => Some(Problem {
            severity: Severity::Explain,
            ..problem(
                "id_as_date",
                format!("编号被 Excel 改成了日期 {}", quoted(d)),
                format!(
                    "Excel has turned the identifier into the date {}",
                    quoted(d)
                ),
                (
                    "把该列设为文本格式后重新录入",
                    "Format the column as text and enter it again",
                ),
            )
        }),
        Value::Text(t)
            if t.contains(['E', 'e']) && t.contains('+') && Decimal::read(t.trim()).is_some() =>
        {
            Some(problem(
                "id_in_scientific_notation",
                format!("编号“{}”是科学计数法，后几位已丢失", quoted(t)),
                format!(
                    "The identifier “{}” is in scientific notation; its last digits are lost",
                    quoted(t)
                ),
                (
                    "从原表以文本格式重新导出",
                    "Export it again from the source as text",
                ),
            ))
        }
        _ => None,
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Number(n) => format!("{n}"),
        Value::Text(t) | Value::Date(t) | Value::Error(t) => t.trim().to_owned(),
        Value::Bool(b) => (if *b { "1" } else { "0" }).to_owned(),
        Value::Empty => String::new(),
    }
}

/// An identifier as others refer to it: half-width, no blanks, no marks of a spreadsheet.
#[must_use]
pub fn identifier(text: &str) -> String {
    let id: String = narrow(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let id = id
        .strip_prefix("=\"")
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(&id);
    let id = id.strip_prefix('\'').unwrap_or(id);
    match id.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.to_owned()
        }
        _ => id.to_owned(),
    }
}

fn choice(
    options: &[(&'static str, &'static str, &'static str)],
    text: &str,
) -> Option<&'static str> {
    let name = match text {
        "√" | "✓" | "✔" => "√".to_owned(),
        "×" | "✗" | "✘" => "×".to_owned(),
        _ => normal(text),
    };
    let of = |code: &str| options.iter().find(|(c, ..)| *c == code).map(|(c, ..)| *c);
    if name.is_empty() {
        return None;
    }
    options
        .iter()
        .find(|(code, zh, en)| [*code, *zh, *en].iter().any(|t| normal(t) == name))
        .map(|(code, ..)| *code)
        .or_else(|| {
            SPELLINGS
                .iter()
                .filter(|(s, _)| *s == name)
                .find_map(|(_, code)| of(code))
        })
}

fn flag(lower: &str) -> Option<f64> {
    match lower {
        "1" | "1.0" | "是" | "yes" | "y" | "true" | "√" | "✓" | "✔" | "有" => Some(1.0),
        "0" | "0.0" | "否" | "no" | "n" | "false" | "×" | "✗" | "✘" | "x" | "不是" => {
            Some(0.0)
        }
        _ => None,
    }
}

fn year(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['年', '度', '学']);
    // A school year counts by its first year.
    let first = match text.split_once(['-', '~', '至']) {
        Some((first, second)) => {
            let next: i32 = second.trim().parse().ok()?;
            let first = first.trim();
            (first.parse::<i32>().ok()? + 1 == next).then_some(first)?
        }
        None => text,
    };
    let n = Decimal::read(first.trim())?.shifted(0);
    (n.fract() == 0.0 && (1000.0..=9999.0).contains(&n)).then_some(n)
}

fn day(value: &Value, text: &str) -> Option<String> {
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    if let Ok(date) = text.parse::<Date>() {
        return Some(date.to_string());
    }
    let serial = match value {
        Value::Number(n) => *n,
        _ => Decimal::read(text)?.shifted(0),
    };
    // Serials of 1927 to 2119; smaller numbers are years, larger ones dates without separators.
    (serial.fract() == 0.0 && (10_000.0..=80_000.0).contains(&serial)).then(|| {
        let (y, m, d, ..) =
            calamine::ExcelDateTime::new(serial, calamine::ExcelDateTimeType::DateTime, false)
                .to_ymd_hms_milli();
        format!("{y:04}-{m:02}-{d:02}")
    })
}

fn code(field: Field, text: &str) -> Option<u16> {
    let name = normal(text);
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let rest = name.get(digits.len()..).unwrap_or_default();
    let number = Decimal::read(text)
        .map(|d| d.shifted(0))
        .filter(|n| n.fract() == 0.0 && (0.0..=9999.0).contains(n));
    if let Some(n) = number {
        return Some(n as u16);
    }
    if field == Field::SchoolKind {
        if rest == "x" && digits.len() == 2 {
            return digits.parse::<u16>().ok().map(|n| n * 10);
        }
        let named = SCHOOL_KINDS
            .iter()
            .map(|(code, zh, _)| (*zh, *code))
            .chain(KIND_NAMES.iter().copied());
        let named = named
            .filter(|(zh, _)| *zh == name || *zh == rest)
            .map(|(_, code)| code)
            .next();
        return agreed(&digits, named);
    }
    let named = LOCALE_NAMES
        .iter()
        .find(|(zh, _)| *zh == name || *zh == rest)
        .map(|(_, code)| *code);
    agreed(&digits, named)
}

/// A code written as digits, a name, or both (`211 小学`), which then must agree.
fn agreed(digits: &str, named: Option<u16>) -> Option<u16> {
    let named = named?;
    (digits.is_empty() || digits.parse() == Ok(named)).then_some(named)
}

/// A number with what people write around it: grade names, percent, 成, units.
fn measured(field: Field, text: &str) -> Option<(Decimal, i32)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if matches!(field, Field::ClassGrade | Field::HistoryGrade)
        && let Some(grade) = grade(&text)
    {
        return Decimal::of(f64::from(grade)).map(|d| (d, 0));
    }
    if let Some(d) = Decimal::read(&text) {
        return Some((d, 0));
    }
    let kind = field.kind();
    if kind == Kind::Share || (kind == Kind::Amount && field.about().unit.is_empty()) {
        let parts = [('%', -2), ('‰', -3), ('成', -1)];
        if let Some((bare, places)) = parts
            .iter()
            .find_map(|(c, p)| Some((text.strip_suffix(*c)?, *p)))
        {
            return Decimal::read(bare).map(|d| (d, places));
        }
    }
    let start = text.find(|c: char| !(c.is_ascii_digit() || ",.+-".contains(c)))?;
    let (number, written) = text.split_at_checked(start)?;
    let (base, places) = unit(written).filter(|_| !normal(written).is_empty())?;
    let own = match kind {
        Kind::Yuan | Kind::YuanOrNo => "元",
        _ => field.about().unit.split('/').next().unwrap_or_default(),
    };
    (base == own)
        .then(|| Decimal::read(number))
        .flatten()
        .map(|d| (d, places))
}

fn grade(text: &str) -> Option<u8> {
    let names = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let bare = text.strip_suffix("年级").unwrap_or(text);
    let index = |t: &str| {
        names
            .iter()
            .position(|n| *n == t)
            .and_then(|i| u8::try_from(i + 1).ok())
    };
    match bare.strip_prefix("初") {
        Some(rest) => index(rest).filter(|g| *g <= 4).map(|g| g + 6),
        None => match bare.strip_prefix("高") {
            Some(rest) => index(rest).filter(|g| *g <= 3).map(|g| g + 9),
            None => index(bare).or_else(|| bare.parse().ok().filter(|g| (1..=12).contains(g))),
        },
    }
}

fn title(field: Field) -> Text {
    Text::new(field.about().zh, field.about().en)
}

fn problem(code: &'static str, zh: String, en: String, hint: (&str, &str)) -> Problem {
    Problem {
        code,
        severity: Severity::Error,
        message: Text::new(zh, en),
        hint: Text::new(hint.0, hint.1),
    }
}
