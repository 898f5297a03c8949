//! The words people write for codes, flags and "nothing is known".

use junheng_core::model::{Field, SCHOOL_KINDS};

use crate::header::normal;
use crate::number::Decimal;

/// What people write for "nothing is known".
const BLANKS: &[&str] = &[
    "/", "\\", "无", "空", "n/a", "na", "null", "nan", "未知", "不详", "…", "...",
];

/// Whether a trimmed, half-width text says that nothing is known.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| b == b'-') || BLANKS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

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
    ("本科毕业", "bachelor"),
    ("大学本科毕业", "bachelor"),
    ("学士", "bachelor"),
    ("专科毕业", "college"),
    ("高职", "college"),
    ("phd", "doctor"),
    ("masters", "master"),
    ("postgraduate", "master"),
    ("bachelors", "bachelor"),
    ("university", "bachelor"),
    ("associate", "college"),
    // Titles before and after the reform of 2015 (人社部发〔2015〕79号).
    ("一级", "mid"),
    ("二级", "junior"),
    ("三级", "junior"),
    ("中学高级教师", "senior"),
    ("中学一级教师", "mid"),
    ("小学高级教师", "mid"),
    ("中学二级教师", "junior"),
    ("小学一级教师", "junior"),
    ("小学二级教师", "junior"),
    ("中学三级教师", "junior"),
    ("小学三级教师", "junior"),
    ("中学高级", "senior"),
    ("中学一级", "mid"),
    ("小学高级", "mid"),
    ("中学二级", "junior"),
    ("小学一级", "junior"),
    ("未定职级", "none"),
    ("见习期", "none"),
    ("体育", "pe"),
    ("体育健康", "pe"),
    ("体育与健身", "pe"),
    ("physed", "pe"),
    ("sport", "pe"),
    ("sports", "pe"),
    ("finearts", "art"),
    ("visualart", "art"),
    ("math", "mathematics"),
    ("maths", "mathematics"),
    ("英文", "english"),
    ("自然", "science"),
    ("品德与生活", "moral"),
    ("品德与社会", "moral"),
    ("politics", "moral"),
    ("信息", "it"),
    ("计算机", "it"),
    ("ict", "it"),
    ("computing", "it"),
    ("劳技", "labour"),
    ("劳动教育", "labour"),
    ("labor", "labour"),
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

pub(crate) fn choice(
    options: &[(&'static str, &'static str, &'static str)],
    text: &str,
) -> Option<&'static str> {
    if let Some((code, ..)) = options
        .iter()
        .find(|(code, zh, _)| *code == text || *zh == text)
    {
        return Some(code);
    }
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

pub(crate) fn flag(lower: &str) -> Option<f64> {
    match lower {
        "1" | "1.0" | "是" | "yes" | "y" | "true" | "√" | "✓" | "✔" | "有" => Some(1.0),
        "0" | "0.0" | "否" | "no" | "n" | "false" | "×" | "✗" | "✘" | "x" | "不是" => {
            Some(0.0)
        }
        _ => None,
    }
}

pub(crate) fn code(field: Field, text: &str) -> Option<u16> {
    let number = Decimal::read(text)
        .map(|d| d.shifted(0))
        .filter(|n| n.fract() == 0.0 && (0.0..=9999.0).contains(n));
    if let Some(n) = number {
        return Some(n as u16);
    }
    let name = normal(text);
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let rest = name.get(digits.len()..).unwrap_or_default();
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
