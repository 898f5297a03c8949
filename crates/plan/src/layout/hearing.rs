//! What the rules want done before a school is closed or merged. Data, nothing is decided by it.

use super::problem::Site;

/// How sure a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Read in the document itself.
    Read,
    /// Reported by several secondary sources; the document itself is still to be read.
    Reported,
}

impl Sure {
    /// The id in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reported => "reported",
        }
    }
}

/// A step before a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Stable id.
    pub id: &'static str,
    /// What is to be done, Chinese.
    pub zh: &'static str,
    /// And English.
    pub en: &'static str,
    /// The document and where in it.
    pub clause: &'static str,
    /// How sure.
    pub sure: Sure,
    /// Asked of small rural schools and teaching points only.
    pub rural_only: bool,
}

/// The steps, in their order. Checked by secondary sources in 2026, so marked `Reported`.
pub const STEPS: &[Step] = &[
    Step {
        id: "assess",
        zh: "科学评估，应留必留：说明为什么不能保留",
        en: "assess whether it must be kept, and say why it cannot be",
        clause: "国办发〔2018〕27号 统筹布局规划",
        sure: Sure::Reported,
        rural_only: true,
    },
    Step {
        id: "argue",
        zh: "制定撤并方案并组织论证：交通安全、住宿就餐、超规模与大班额",
        en: "draw up and argue the plan: safe ways, boarding and meals, school and class size",
        clause: "国办发〔2012〕48号 三、严格规范学校撤并程序和行为",
        sure: Sure::Reported,
        rural_only: false,
    },
    Step {
        id: "hear",
        zh: "举行听证会等，听取学生家长、学校师生、村民自治组织和乡镇政府的意见；多数家长反对的不得强行撤并",
        en: "hear parents, pupils and teachers, village committees and townships; not against a majority of parents",
        clause: "国办发〔2012〕48号 三、严格规范学校撤并程序和行为",
        sure: Sure::Reported,
        rural_only: false,
    },
    Step {
        id: "publish",
        zh: "公示撤并方案",
        en: "publish the plan",
        clause: "国办发〔2012〕48号 三、严格规范学校撤并程序和行为",
        sure: Sure::Reported,
        rural_only: false,
    },
    Step {
        id: "approve",
        zh: "逐级报批",
        en: "have it approved, level by level",
        clause: "国办发〔2012〕48号 三、严格规范学校撤并程序和行为",
        sure: Sure::Reported,
        rural_only: false,
    },
    Step {
        id: "build_first",
        zh: "先建后撤，并设过渡期",
        en: "build first, close after, with a time of transition",
        clause: "国办发〔2018〕27号 统筹布局规划；国办发〔2012〕48号",
        sure: Sure::Reported,
        rural_only: false,
    },
];

/// The steps before closing a site.
pub fn before_closing(site: &Site) -> impl Iterator<Item = &'static Step> {
    let rural = site.small_rural;
    STEPS.iter().filter(move |s| !s.rural_only || rural)
}
