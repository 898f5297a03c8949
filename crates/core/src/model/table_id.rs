//! The tables of the bundle: names, keys, order.

use super::field::Field;

/// A table of the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableId {
    /// 县情: facts of the county, one row.
    County,
    /// 学校: a row per school.
    Schools,
    /// 学段: a row per school and stage, the unit that is judged.
    Sections,
    /// 班级: a row per class.
    Classes,
    /// 专用教室: a row per music or art room.
    Rooms,
    /// 教师: a row per teacher.
    Teachers,
    /// 居住单元: a row per village, estate or block.
    Blocks,
    /// 相邻: pairs of blocks that touch.
    Adjacency,
    /// 小学出行: travel from blocks to primary schools.
    TravelPrimary,
    /// 初中出行: travel from blocks to junior schools.
    TravelJunior,
    /// 备选校址: sites for new or extended schools.
    Sites,
    /// 历年在校生: enrolment by school, year and grade.
    EnrolmentHistory,
    /// 出生人口: births by township and year.
    Births,
    /// 学前登记: children who will enter grade 1, by township and year.
    Preschool,
    /// 新建住宅: dwellings to come and the students they bring.
    Housing,
    /// 预测调整: figures a planner sets beside the model's.
    ForecastAdjustments,
    /// 单价: what an action costs.
    UnitCosts,
    /// 预算: money by year.
    Budgets,
    /// 道路: road segments.
    Roads,
}

impl TableId {
    /// All tables, in the order of the template.
    pub const ALL: [Self; 19] = [
        Self::County,
        Self::Schools,
        Self::Sections,
        Self::Classes,
        Self::Rooms,
        Self::Teachers,
        Self::Blocks,
        Self::Adjacency,
        Self::TravelPrimary,
        Self::TravelJunior,
        Self::Sites,
        Self::EnrolmentHistory,
        Self::Births,
        Self::Preschool,
        Self::Housing,
        Self::ForecastAdjustments,
        Self::UnitCosts,
        Self::Budgets,
        Self::Roads,
    ];

    /// The file or sheet name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::Schools => "schools",
            Self::Sections => "sections",
            Self::Classes => "classes",
            Self::Rooms => "rooms",
            Self::Teachers => "teachers",
            Self::Blocks => "blocks",
            Self::Adjacency => "adjacency",
            Self::TravelPrimary => "travel_primary",
            Self::TravelJunior => "travel_junior",
            Self::Sites => "sites",
            Self::EnrolmentHistory => "enrolment_history",
            Self::Births => "births",
            Self::Preschool => "preschool",
            Self::Housing => "housing",
            Self::ForecastAdjustments => "forecast_adjustments",
            Self::UnitCosts => "unit_costs",
            Self::Budgets => "budgets",
            Self::Roads => "roads",
        }
    }

    /// The Chinese name, accepted as a file or sheet name too.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::County => "县情",
            Self::Schools => "学校",
            Self::Sections => "学段",
            Self::Classes => "班级",
            Self::Rooms => "专用教室",
            Self::Teachers => "教师",
            Self::Blocks => "居住单元",
            Self::Adjacency => "相邻",
            Self::TravelPrimary => "小学出行",
            Self::TravelJunior => "初中出行",
            Self::Sites => "备选校址",
            Self::EnrolmentHistory => "历年在校生",
            Self::Births => "出生人口",
            Self::Preschool => "学前登记",
            Self::Housing => "新建住宅",
            Self::ForecastAdjustments => "预测调整",
            Self::UnitCosts => "单价",
            Self::Budgets => "预算",
            Self::Roads => "道路",
        }
    }

    /// The table with this id or Chinese name.
    ///
    /// ```
    /// use junheng_core::model::TableId;
    /// assert_eq!(TableId::named("学段"), Some(TableId::Sections));
    /// assert_eq!(TableId::named("Sections"), Some(TableId::Sections));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL
            .into_iter()
            .find(|t| t.id().eq_ignore_ascii_case(name) || t.zh() == name)
    }

    /// The fields whose values together name a row; empty where rows repeat freely.
    #[must_use]
    pub fn key(self) -> &'static [Field] {
        match self {
            Self::County | Self::Roads | Self::Rooms | Self::ForecastAdjustments => &[],
            Self::Schools => &[Field::SchoolId],
            Self::Sections => &[Field::SectionSchool, Field::SectionStage],
            Self::Classes => &[
                Field::ClassSchool,
                Field::ClassStage,
                Field::ClassGrade,
                Field::ClassName,
            ],
            Self::Teachers => &[Field::TeacherId],
            Self::Blocks => &[Field::BlockId],
            Self::Adjacency => &[Field::AdjacentA, Field::AdjacentB],
            Self::TravelPrimary => &[Field::TravelPrimaryBlock, Field::TravelPrimarySchool],
            Self::TravelJunior => &[Field::TravelJuniorBlock, Field::TravelJuniorSchool],
            Self::Sites => &[Field::SiteId, Field::SiteStage, Field::SiteOption],
            Self::EnrolmentHistory => &[
                Field::HistorySchool,
                Field::HistoryYear,
                Field::HistoryGrade,
            ],
            Self::Births => &[Field::BirthTownship, Field::BirthYear],
            Self::Preschool => &[Field::PreschoolTownship, Field::PreschoolYear],
            Self::Housing => &[Field::HousingId],
            Self::UnitCosts => &[Field::CostAction, Field::CostStage],
            Self::Budgets => &[Field::BudgetYear],
        }
    }

    /// The fields of this table, in the order of the template.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL
            .iter()
            .copied()
            .filter(move |f| f.table() == self)
    }
}
