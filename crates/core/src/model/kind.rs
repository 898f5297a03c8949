//! What may stand in a field, who gives it, and the lists that are chosen from.

use super::table_id::TableId;

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A name or remark.
    Text,
    /// An identifier: text that keeps its leading zeros.
    Id,
    /// An identifier of a row of another table, checked there.
    Ref(TableId),
    /// Several identifiers separated by `;`.
    Ids,
    /// A whole number, 0 or more.
    Count,
    /// A decimal number, 0 or more: areas, hours, shares of a person.
    Amount,
    /// Money in yuan, 0 or more; a Chinese header with 万元 is converted.
    Yuan,
    /// A decimal number of any sign: coordinates.
    Number,
    /// A fraction from 0 to 1; `85%` is read as 0.85.
    Share,
    /// 0 or 1; 是/否, yes/no, true/false are read.
    Flag,
    /// A calendar year, four digits.
    Year,
    /// A date.
    Date,
    /// A code from a list: (code, Chinese, English). Stored as its code.
    Choice(&'static [(&'static str, &'static str, &'static str)]),
    /// A national code stored as a number: (lowest, highest).
    Code(u16, u16),
    /// A number of yuan, or `no`.
    YuanOrNo,
}

impl Kind {
    /// Whether values are stored as numbers.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Count
                | Self::Amount
                | Self::Yuan
                | Self::Number
                | Self::Share
                | Self::Flag
                | Self::Year
                | Self::Code(..)
        )
    }
}

/// Who gives a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filler {
    /// The school.
    School,
    /// The county education bureau.
    County,
    /// The state gives the result.
    State,
}

/// 学段: primary, junior, senior.
pub const STAGES: &[(&str, &str, &str)] = &[
    ("primary", "小学", "primary"),
    ("junior", "初中", "junior"),
    ("senior", "高中", "senior"),
];
/// 举办者: public or private.
pub const OWNERS: &[(&str, &str, &str)] =
    &[("public", "公办", "public"), ("private", "民办", "private")];
/// Coordinate systems.
pub const DATUMS: &[(&str, &str, &str)] = &[
    ("cgcs2000", "国家大地2000", "CGCS2000"),
    ("wgs84", "WGS-84", "WGS-84"),
    ("gcj02", "火星坐标", "GCJ-02"),
    ("bd09", "百度坐标", "BD-09"),
];
/// 专用教室 kinds.
pub const ROOMS: &[(&str, &str, &str)] = &[("music", "音乐", "music"), ("art", "美术", "fine art")];
/// yes or no, for vetoes.
pub const YES_NO: &[(&str, &str, &str)] = &[("yes", "是", "yes"), ("no", "否", "no")];
/// 性别.
pub const SEXES: &[(&str, &str, &str)] = &[("male", "男", "male"), ("female", "女", "female")];
/// 学历.
pub const DEGREES: &[(&str, &str, &str)] = &[
    ("doctor", "博士", "doctorate"),
    ("master", "硕士", "master"),
    ("bachelor", "本科", "bachelor"),
    ("college", "专科", "junior college"),
    ("secondary", "中专", "secondary normal school"),
    ("below", "中专以下", "below"),
];
/// 职称.
pub const TITLES: &[(&str, &str, &str)] = &[
    ("full_senior", "正高级", "full senior"),
    ("senior", "高级", "senior"),
    ("mid", "中级", "middle"),
    ("junior", "初级", "junior"),
    ("none", "未定级", "none"),
];
/// 学科.
pub const SUBJECTS: &[(&str, &str, &str)] = &[
    ("chinese", "语文", "Chinese"),
    ("mathematics", "数学", "mathematics"),
    ("english", "英语", "English"),
    ("moral", "道德与法治", "moral education"),
    ("science", "科学", "science"),
    ("physics", "物理", "physics"),
    ("chemistry", "化学", "chemistry"),
    ("biology", "生物", "biology"),
    ("history", "历史", "history"),
    ("geography", "地理", "geography"),
    ("pe", "体育与健康", "physical education"),
    ("music", "音乐", "music"),
    ("art", "美术", "fine art"),
    ("arts", "艺术", "arts"),
    ("it", "信息科技", "information technology"),
    ("labour", "劳动", "labour"),
    ("practice", "综合实践", "integrated practice"),
    ("psychology", "心理健康", "psychology"),
    ("other", "其他", "other"),
];
/// Facility class of the Liaoning facility standard.
pub const FACILITY_CLASSES: &[(&str, &str, &str)] = &[
    ("1", "Ⅰ类", "class I"),
    ("2", "Ⅱ类", "class II"),
    ("3", "Ⅲ类", "class III"),
    ("0", "未达标", "below standard"),
];
/// Actions of a plan.
pub const ACTIONS: &[(&str, &str, &str)] = &[
    ("hire_teacher", "招聘教师", "hire a teacher"),
    (
        "hire_pe_art_teacher",
        "招聘体育艺术教师",
        "hire a PE or arts teacher",
    ),
    ("raise_degree", "提升学历", "raise a degree"),
    ("name_backbone", "认定骨干教师", "name a backbone teacher"),
    ("transfer_teacher", "调动教师", "transfer a teacher"),
    (
        "build_teaching_m2",
        "新建教学及辅助用房",
        "build teaching area",
    ),
    ("build_sports_m2", "新建运动场地", "build sports ground"),
    ("lease_sports_m2", "租赁运动场地", "lease sports ground"),
    ("buy_equipment_yuan", "购置教学仪器设备", "buy equipment"),
    (
        "equip_multimedia_room",
        "建设网络多媒体教室",
        "equip a multimedia room",
    ),
];
