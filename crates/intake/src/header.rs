//! Which header names which field.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use junheng_core::model::{Field, Kind, REMARKS, TableId};

/// Units that may follow a header or a number: (as written, base unit, decimal places to shift).
const UNITS: &[(&str, &str, i32)] = &[
    ("亿元", "元", 8),
    ("万元", "元", 4),
    ("千元", "元", 3),
    ("元", "元", 0),
    ("万人", "人", 4),
    ("人", "人", 0),
    ("名", "人", 0),
    ("平方米", "平方米", 0),
    ("m2", "平方米", 0),
    ("平米", "平方米", 0),
    ("万册", "册", 4),
    ("册", "册", 0),
    ("本", "册", 0),
    ("台", "台", 0),
    ("间", "间", 0),
    ("套", "套", 0),
    ("个", "个", 0),
    ("所", "个", 0),
    ("份", "份", 0),
    ("级", "级", 0),
    ("年", "年", 0),
    ("公里", "米", 3),
    ("千米", "米", 3),
    ("km", "米", 3),
    ("米", "米", 0),
    ("m", "米", 0),
    ("学时", "学时", 0),
    ("课时", "课时", 0),
    ("节", "课时", 0),
    ("度", "度", 0),
    ("元生", "元", 0),
    ("元年", "元", 0),
    ("元人", "元", 0),
    ("yuan", "元", 0),
    ("班", "个", 0),
    ("分", "", 0),
    ("岁", "年", 0),
    ("", "", 0),
];

/// Other names of columns, by Chinese title; they hold in every table that has such a title.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "学校(机构)标识码",
        &[
            "学校代码",
            "学校标识码",
            "机构标识码",
            "学校编码",
            "学校编号",
            "学校ID",
            "学校识别码",
            "机构代码",
            "学校",
        ],
    ),
    (
        "学校名称",
        &["名称", "校名", "学校(机构)名称", "机构名称", "学校全称"],
    ),
    (
        "办学类型",
        &[
            "学校类型",
            "学校类别",
            "办学类型代码",
            "学校(机构)办学类型",
            "类别",
        ],
    ),
    (
        "城乡类型",
        &[
            "城乡分类",
            "城乡分类代码",
            "城乡类型代码",
            "学校所在地城乡类型",
            "驻地城乡类型",
        ],
    ),
    (
        "举办性质",
        &["举办者", "举办者类型", "学校性质", "办学性质", "公办民办"],
    ),
    (
        "乡镇(街道)",
        &["乡镇", "街道", "所属乡镇", "所在乡镇", "镇街"],
    ),
    ("经度", &["lng", "longitude"]),
    ("纬度", &["latitude"]),
    ("坐标系", &["坐标系统", "坐标类型"]),
    (
        "建校年份(规划并建成)",
        &["建校年份", "建成年份", "建校时间"],
    ),
    ("寄宿制学校", &["是否寄宿制学校", "是否寄宿制", "寄宿制"]),
    (
        "隶属学校标识码",
        &["主校标识码", "中心校标识码", "隶属学校"],
    ),
    ("居住单元编号", &["居住单元", "居住单元代码", "小区编号"]),
    (
        "学校或校址",
        &[
            "site_id",
            "校址编号",
            "校址",
            "学校(机构)标识码",
            "学校编号",
            "学校",
        ],
    ),
    ("居住单元名称", &["小区名称", "村居名称"]),
    ("学段", &["教育阶段", "办学阶段"]),
    (
        "在校生数",
        &[
            "在校学生数",
            "学生数",
            "在校生人数",
            "在校学生总数",
            "学生人数",
            "在校生总数",
        ],
    ),
    ("寄宿生数", &["寄宿学生数", "住宿生数", "寄宿生人数"]),
    ("班级数", &["班数", "教学班数", "教学班级数", "班级个数"]),
    ("最大班额", &["最大班级人数", "最大班级学生数"]),
    ("学位数", &["学位", "设计学位数", "核定学位数"]),
    ("教职工数", &["教职工人数", "教职工总数"]),
    ("专任教师数", &["专任教师", "专任教师人数", "专任教师总数"]),
    (
        "高于规定学历教师数",
        &["高于规定学历专任教师数", "高学历教师数", "高一级学历教师数"],
    ),
    (
        "县级以上骨干教师数",
        &["骨干教师数", "县级及以上骨干教师数", "骨干教师人数"],
    ),
    (
        "体育、艺术专任教师数",
        &[
            "体艺教师数",
            "体育艺术教师数",
            "体育艺术(美术、音乐)专任教师数",
        ],
    ),
    (
        "中级及以上职称教师数",
        &["中级以上职称教师数", "中级及以上专业技术职务专任教师数"],
    ),
    (
        "教学及辅助用房面积",
        &["教学及教学辅助用房面积", "教学辅助用房面积"],
    ),
    ("室内体育用房面积", &["室内体育馆面积", "体育馆面积"]),
    (
        "运动场地面积",
        &[
            "体育运动场馆面积",
            "运动场面积",
            "体育运动场地面积",
            "运动场(馆)面积",
        ],
    ),
    (
        "教学仪器设备资产值",
        &[
            "教学仪器设备值",
            "教学仪器设备总值",
            "仪器设备值",
            "教学、实习仪器设备资产值",
        ],
    ),
    (
        "网络多媒体教室数",
        &["多媒体教室数", "网络多媒体教室间数", "网络多媒体教室"],
    ),
    ("计算机台数", &["计算机数", "教学用计算机数", "计算机"]),
    ("图书册数", &["图书", "图书数", "藏书量", "纸质图书册数"]),
    ("校舍建筑面积", &["校舍面积", "建筑面积"]),
    ("占地面积", &["学校占地面积", "校园面积", "用地面积"]),
    (
        "随迁子女在校生数",
        &["随迁子女数", "进城务工人员随迁子女数"],
    ),
    ("班级", &["班级名称", "班号", "班别"]),
    (
        "班级学生数",
        &["班额", "学生数", "班级人数", "在校生数", "人数"],
    ),
    ("教室种类", &["教室类型", "专用教室类型", "种类"]),
    ("单间使用面积", &["使用面积", "教室面积", "面积"]),
    ("教师编号", &["教师代码", "工号", "教职工号", "教师ID"]),
    ("任教学科", &["学科", "任教科目"]),
    ("最高学历", &["学历"]),
    ("专业技术职务", &["职称", "专业技术职称"]),
    ("出生年份", &["出生年", "年份"]),
    ("住址经度", &["家庭经度"]),
    ("住址纬度", &["家庭纬度"]),
    ("路程", &["距离", "路程(米)", "出行距离"]),
    ("校址编号", &["校址", "校址代码"]),
    (
        "学校或校址",
        &[
            "site_id",
            "校址编号",
            "校址",
            "学校标识码",
            "学校编号",
            "学校",
        ],
    ),
    ("学年起始年", &["学年", "年份", "年度"]),
    ("出生人数", &["出生人口", "出生人口数"]),
    ("县级行政区划代码", &["行政区划代码", "县代码", "区划代码"]),
    ("县(市、区)名称", &["县名", "县名称", "县区名称"]),
    ("常住人口", &["常住人口数", "人口"]),
];

static LOOKUP: LazyLock<BTreeMap<(TableId, String), Field>> = LazyLock::new(|| {
    let mut lookup = BTreeMap::new();
    for field in Field::ALL {
        let about = field.about();
        for name in [about.id, about.zh] {
            lookup.entry((about.table, normal(name))).or_insert(*field);
        }
    }
    // Titles first: an alias never takes the name of another column.
    for field in Field::ALL {
        let about = field.about();
        let title = about.zh.strip_suffix("(全校)").unwrap_or(about.zh);
        let others = ALIASES
            .iter()
            .find(|(zh, _)| *zh == title)
            .map_or(&[][..], |(_, a)| *a);
        for name in std::iter::once(&title).chain(others) {
            lookup.entry((about.table, normal(name))).or_insert(*field);
        }
    }
    lookup
});

/// Full-width forms as their ASCII equals, dashes and square signs as written on a keyboard, without
/// invisible marks.
///
/// ```
/// assert_eq!(junheng_intake::header::narrow("１２，５００㎡"), "12,500m2");
/// ```
#[must_use]
pub fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '！'..='～' => out.extend(char::from_u32(u32::from(c) - 0xFEE0)),
            '\u{3000}' | '\u{a0}' | '\u{feff}' => out.push(' '),
            '—' | '–' | '−' | '‐' | '―' | '─' => out.push('-'),
            '㎡' => out.push_str("m2"),
            '²' => out.push('2'),
            '￥' | '¥' => {}
            c if is_invisible(c) => {}
            '【' | '〔' => out.push('('),
            '】' | '〕' => out.push(')'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Marks without a form of their own: zero-width spaces, soft hyphens, directions of writing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// A label reduced to letters, digits and Chinese characters, in lower case.
#[must_use]
pub fn normal(label: &str) -> String {
    narrow(label)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The base unit and the shift of a unit as written; `None` where it is no unit.
#[must_use]
pub fn unit(text: &str) -> Option<(&'static str, i32)> {
    let text = normal(text);
    let text = text.strip_prefix("单位").unwrap_or(&text);
    UNITS
        .iter()
        .find(|(name, ..)| *name == text)
        .map(|(_, base, shift)| (*base, *shift))
}

/// The field a header names, and by how many decimal places its values are shifted (万元: 4).
#[must_use]
pub fn field_of(table: TableId, label: &str) -> Option<(Field, i32)> {
    let find = |name: &str| LOOKUP.get(&(table, name.to_owned())).copied();
    let label = narrow(label);
    let whole = normal(&label);
    if let Some(field) = find(&whole) {
        return Some((field, 0));
    }
    if let Some(money) = whole.strip_suffix("wanyuan")
        && let Some(field) = find(&format!("{money}yuan"))
    {
        return Some((field, 4));
    }
    let (bare, bracketed) = without_unit_brackets(&label);
    let tail = bare
        .rsplit_once(['/', ':', ','])
        .and_then(|(name, tail)| Some((normal(name), unit(tail)?)));
    let bare = normal(&bare);
    let ending =
        UNITS
            .iter()
            .filter(|(name, ..)| !name.is_empty())
            .find_map(|(name, base, shift)| {
                let rest = bare.strip_suffix(&normal(name)).filter(|r| !r.is_empty())?;
                find(rest).map(|_| (rest.to_owned(), (*base, *shift)))
            });
    [bracketed.map(|unit| (bare.clone(), unit)), tail, ending]
        .into_iter()
        .flatten()
        .find_map(|(name, (base, shift))| {
            let field = find(&name)?;
            (shift == 0 || fits(field, base)).then_some((field, shift))
        })
}

fn fits(field: Field, base: &str) -> bool {
    match field.kind() {
        Kind::Yuan | Kind::YuanOrNo => base == "元",
        _ => field.about().unit == base,
    }
}

/// The label without brackets that only hold a unit, and that unit.
fn without_unit_brackets(label: &str) -> (String, Option<(&'static str, i32)>) {
    let mut bare = String::new();
    let mut found = None;
    let mut rest = label;
    while let Some((before, after)) = rest.split_once('(') {
        bare.push_str(before);
        let (inside, after) = after.split_once(')').unwrap_or((after, ""));
        match unit(inside) {
            Some(u) => found = Some(u),
            None => bare.extend(["(", inside, ")"]),
        }
        rest = after;
    }
    bare.push_str(rest);
    (bare, found)
}

/// Whether nobody reads a column of this header.
#[must_use]
pub fn is_remark(label: &str) -> bool {
    let label = normal(label);
    REMARKS.contains(&label.as_str()) || ["序号", "行号", "说明", "no"].contains(&label.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn reduced_names_stay_unique() {
        let mut seen = BTreeSet::new();
        for field in Field::ALL {
            let about = field.about();
            assert!(seen.insert((about.table, normal(about.id))), "{field}");
            assert!(seen.insert((about.table, normal(about.zh))), "{}", about.zh);
        }
    }

    #[test]
    fn every_alias_belongs_to_a_title() {
        for (title, _) in ALIASES {
            assert!(Field::ALL.iter().any(|f| f.about().zh == *title), "{title}");
        }
    }

    #[test]
    fn headers_in_their_many_spellings() {
        for (table, label, field, shift) in [
            (TableId::Sections, "students", Field::Students, 0),
            (TableId::Sections, "Students ", Field::Students, 0),
            (
                TableId::TravelJunior,
                "site_id",
                Field::TravelJuniorSchool,
                0,
            ),
            (TableId::Sections, "在校学生数（人）", Field::Students, 0),
            (
                TableId::Sections,
                "教学及辅助用房面积\n（平方米）",
                Field::TeachingArea,
                0,
            ),
            (
                TableId::Sections,
                "教学及辅助用房面积(㎡)",
                Field::TeachingArea,
                0,
            ),
            (
                TableId::Sections,
                "教学仪器设备资产值（万元）",
                Field::Equipment,
                4,
            ),
            (
                TableId::Sections,
                "教学仪器设备资产值/万元",
                Field::Equipment,
                4,
            ),
            (
                TableId::Sections,
                "教学仪器设备资产值万元",
                Field::Equipment,
                4,
            ),
            (TableId::Sections, "equipment_wan_yuan", Field::Equipment, 4),
            (
                TableId::Schools,
                "教学仪器设备资产值(单位：万元)",
                Field::SchoolEquipment,
                4,
            ),
            (TableId::Schools, "学校（机构）标识码", Field::SchoolId, 0),
            (TableId::Schools, "ＳＣＨＯＯＬ＿ＩＤ", Field::SchoolId, 0),
            (
                TableId::UnitCosts,
                "单价(元,不许则填 no)",
                Field::CostYuan,
                0,
            ),
            (
                TableId::TravelPrimary,
                "路程（公里）",
                Field::TravelPrimaryMetres,
                3,
            ),
        ] {
            assert_eq!(field_of(table, label), Some((field, shift)), "{label}");
        }
        for label in ["校长", "占地面积(亩)", "在校生数(万元)", ""] {
            assert_eq!(field_of(TableId::Sections, label), None, "{label}");
        }
    }
}
