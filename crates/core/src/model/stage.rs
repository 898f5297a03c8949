//! Stages, kinds of school and kinds of place.

use crate::text::Text;

/// 学段.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 小学, grades 1 to 6.
    Primary,
    /// 初中, grades 7 to 9.
    Junior,
    /// 高中, kept only to share a school's assets.
    Senior,
}

impl Stage {
    /// The two stages that are judged.
    pub const JUDGED: [Self; 2] = [Self::Primary, Self::Junior];

    /// Whether it is judged.
    #[must_use]
    pub fn judged(self) -> bool {
        self != Self::Senior
    }

    /// The id of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Junior => "junior",
            Self::Senior => "senior",
        }
    }

    /// The stage with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Primary, Self::Junior, Self::Senior]
            .into_iter()
            .find(|s| s.id() == id)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Primary => Text::new("小学", "primary"),
            Self::Junior => Text::new("初中", "junior"),
            Self::Senior => Text::new("高中", "senior"),
        }
    }
}

/// The names of school kinds (办学类型, GB/T 33782-2017 table 4) that compulsory education meets.
pub const SCHOOL_KINDS: &[(u16, &str, &str)] = &[
    (211, "小学", "primary school"),
    (218, "小学教学点", "teaching point"),
    (311, "初级中学", "junior school"),
    (312, "九年一贯制学校", "nine-year school"),
    (321, "职业初中", "vocational junior school"),
    (341, "完全中学", "complete secondary school"),
    (345, "十二年一贯制学校", "twelve-year school"),
];

/// Whether a kind is a special-education school, 51x: they take children by placement, not by zone.
///
/// ```
/// assert!(junheng_core::model::is_special(511.0));
/// assert!(!junheng_core::model::is_special(211.0));
/// ```
#[must_use]
pub fn is_special(kind: f64) -> bool {
    (510.0..520.0).contains(&kind)
}

/// The name of a school kind; 51x are special-education schools.
#[must_use]
pub fn kind_title(kind: u16) -> Text {
    if is_special(f64::from(kind)) {
        return Text::new("特殊教育学校", "special-education school");
    }
    SCHOOL_KINDS
        .iter()
        .find(|(code, ..)| *code == kind)
        .map_or_else(
            || Text::same(kind.to_string()),
            |(_, zh, en)| Text::new(*zh, *en),
        )
}

/// The names of 城乡类型 codes (统计用城乡划分代码).
pub const LOCALES: &[(u16, &str, &str)] = &[
    (111, "主城区", "main urban area"),
    (112, "城乡结合区", "urban fringe"),
    (121, "镇中心区", "town centre"),
    (122, "镇乡结合区", "town fringe"),
    (123, "特殊区域", "special area"),
    (210, "乡中心区", "township centre"),
    (220, "村庄", "village"),
];

/// 城乡: urban, town or rural.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// 城区 (11x).
    Urban,
    /// 镇区 (12x).
    Town,
    /// 乡村 (2xx).
    Rural,
}

impl Place {
    /// The places a 城乡类型 code may mean: one, or urban and town for 城镇 (1, 100); none where the
    /// code says nothing.
    #[must_use]
    pub fn possible(code: u16) -> &'static [Self] {
        match code {
            1 | 10 | 100..=109 => &[Self::Urban, Self::Town],
            _ => match Self::of_locale(code) {
                Some(Self::Urban) => &[Self::Urban],
                Some(Self::Town) => &[Self::Town],
                Some(Self::Rural) => &[Self::Rural],
                None => &[],
            },
        }
    }

    /// The place of a 城乡类型 code; parents are written 11 or 110, 2 or 200.
    ///
    /// ```
    /// use junheng_core::model::Place;
    /// assert_eq!(Place::of_locale(121), Some(Place::Town));
    /// assert_eq!(Place::of_locale(2), Some(Place::Rural));
    /// assert_eq!(Place::of_locale(100), None); // urban or town: not said which
    /// ```
    #[must_use]
    pub fn of_locale(code: u16) -> Option<Self> {
        match code {
            11 | 110..=119 => Some(Self::Urban),
            12 | 120..=129 => Some(Self::Town),
            2 | 21 | 22 | 200..=229 => Some(Self::Rural),
            _ => None,
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Urban => Text::new("城区", "urban"),
            Self::Town => Text::new("镇区", "town"),
            Self::Rural => Text::new("乡村", "rural"),
        }
    }
}
