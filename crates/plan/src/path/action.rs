//! What a county can do, what it costs when nobody says, and which figures it changes.

use junheng_core::model::{ACTIONS, Field};
use junheng_core::text::Text;

/// An action of the table `unit_costs`, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// 招聘教师
    HireTeacher,
    /// 招聘体育艺术教师
    HirePeArtTeacher,
    /// 提升学历
    RaiseDegree,
    /// 认定骨干教师
    NameBackbone,
    /// 调动教师
    TransferTeacher,
    /// 新建教学及辅助用房
    BuildTeaching,
    /// 新建运动场地
    BuildSports,
    /// 租赁运动场地
    LeaseSports,
    /// 购置教学仪器设备
    BuyEquipment,
    /// 建设网络多媒体教室
    EquipRoom,
}

impl Action {
    /// All of them, in the order of [`ACTIONS`].
    pub const ALL: [Self; 10] = [
        Self::HireTeacher,
        Self::HirePeArtTeacher,
        Self::RaiseDegree,
        Self::NameBackbone,
        Self::TransferTeacher,
        Self::BuildTeaching,
        Self::BuildSports,
        Self::LeaseSports,
        Self::BuyEquipment,
        Self::EquipRoom,
    ];

    /// Its id in `unit_costs`.
    #[must_use]
    pub fn id(self) -> &'static str {
        ACTIONS.get(self as usize).map_or("", |a| a.0)
    }

    /// Its name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        ACTIONS
            .get(self as usize)
            .map_or_else(Text::default, |a| Text::new(a.1, a.2))
    }

    /// The action with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.id() == id)
    }

    /// Yuan per unit and years until it counts, where `unit_costs` says nothing: assumptions.
    #[must_use]
    pub fn assumed(self) -> (f64, i16) {
        match self {
            Self::HireTeacher | Self::HirePeArtTeacher => (100_000.0, 0),
            Self::RaiseDegree => (8_000.0, 2),
            Self::NameBackbone => (15_000.0, 1),
            Self::TransferTeacher => (5_000.0, 0),
            Self::BuildTeaching => (3_000.0, 2),
            Self::BuildSports => (500.0, 1),
            Self::LeaseSports => (60.0, 0),
            Self::BuyEquipment => (1.0, 0),
            Self::EquipRoom => (40_000.0, 0),
        }
    }

    /// The fields of a section that one unit adds 1 to. A transfer moves a person instead.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        use Field as F;
        match self {
            Self::HireTeacher => &[
                F::FullTimeTeachers,
                F::CertifiedTeachers,
                F::TeachersAboveDegree,
            ],
            Self::HirePeArtTeacher => &[
                F::FullTimeTeachers,
                F::CertifiedTeachers,
                F::TeachersAboveDegree,
                F::PeArtTeachers,
            ],
            Self::RaiseDegree => &[F::TeachersAboveDegree],
            Self::NameBackbone => &[F::BackboneTeachers],
            Self::TransferTeacher => &[],
            Self::BuildTeaching => &[F::TeachingArea],
            Self::BuildSports => &[F::SportsGround],
            Self::LeaseSports => &[F::OffsiteSports],
            Self::BuyEquipment => &[F::Equipment],
            Self::EquipRoom => &[F::MultimediaRooms],
        }
    }

    /// Whether it is about persons, who are counted in the totals of a section.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self <= Self::TransferTeacher
    }

    /// Whether a unit is so small a part of any plan that a planner may treat it as divisible
    /// while it searches. The plan itself has whole units all the same.
    pub(super) fn is_fine(self) -> bool {
        matches!(
            self,
            Self::BuildTeaching | Self::BuildSports | Self::LeaseSports | Self::BuyEquipment
        )
    }

    /// The id and the Chinese name of its unit.
    #[must_use]
    pub fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::BuildTeaching | Self::BuildSports | Self::LeaseSports => ("m2", "平方米"),
            Self::BuyEquipment => ("yuan", "元"),
            Self::EquipRoom => ("room", "间"),
            _ => ("person", "人"),
        }
    }
}

/// What is done in one section in one year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// First year of the school year in which it is paid.
    pub year: i16,
    /// Row of `sections` where it counts.
    pub section: usize,
    /// What is done.
    pub action: Action,
    /// Of a transfer: the row of `sections` that gives.
    pub from: Option<usize>,
    /// Of a transfer: what each person counts for, beside being a full-time certified teacher.
    pub counts: Vec<Field>,
    /// Whole units.
    pub amount: u64,
}

impl Step {
    /// The fields it raises in its section by its amount, and lowers in the section that gives.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        let moved: &[Field] = match self.action {
            Action::TransferTeacher => &[Field::FullTimeTeachers, Field::CertifiedTeachers],
            other => other.fields(),
        };
        moved.iter().chain(&self.counts).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_stand_in_the_order_of_the_field_list() {
        for (action, (id, ..)) in Action::ALL.into_iter().zip(ACTIONS) {
            assert_eq!(action.id(), *id);
            assert_eq!(Action::from_id(id), Some(action));
        }
        assert_eq!(ACTIONS.len(), Action::ALL.len());
    }
}
