//! The one place where rights are decided.

use junheng_core::model::Field;

use crate::store::Org;

/// What a person may be. 三员分立: system, security and auditor are never one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// 系统管理员: backups, settings; no figures.
    System,
    /// 安全管理员: accounts and roles.
    Security,
    /// 审计管理员: reads the audit, nothing else does.
    Auditor,
    /// 县级管理员: imports, accepts, evaluates, reports.
    County,
    /// 规划人员.
    Planner,
    /// 人事人员.
    Personnel,
    /// 督导人员.
    Inspector,
    /// 乡镇(学区)审核人员: the forms of their township's schools.
    Township,
    /// 学校填报人员: their own school only.
    School,
    /// 市级读者.
    City,
    /// 省级读者.
    Province,
}

/// All of them.
pub(crate) const ROLES: &[Role] = &[
    Role::System,
    Role::Security,
    Role::Auditor,
    Role::County,
    Role::Planner,
    Role::Personnel,
    Role::Inspector,
    Role::Township,
    Role::School,
    Role::City,
    Role::Province,
];

/// Three separated duties (三员分立).
const DUTIES: [Role; 3] = [Role::System, Role::Security, Role::Auditor];

/// Those who read the figures of the whole county.
pub(crate) const READERS: &[Role] = &[
    Role::County,
    Role::Planner,
    Role::Personnel,
    Role::Inspector,
    Role::City,
    Role::Province,
];

/// Those who file forms, or review them.
pub(crate) const FILERS: &[Role] = &[Role::County, Role::Township, Role::School];

/// Those who may start a job of some kind, and see jobs.
pub(crate) const STARTERS: &[Role] = &[
    Role::System,
    Role::County,
    Role::Planner,
    Role::Personnel,
    Role::Inspector,
    Role::City,
    Role::Province,
];

/// Those who work in the county and see its data before they are accepted.
pub(crate) const DRAFTERS: &[Role] = &[
    Role::County,
    Role::Planner,
    Role::Personnel,
    Role::Inspector,
];

/// Those whose work needs what is personal of teachers.
pub(crate) const STAFFERS: &[Role] = &[Role::County, Role::Planner, Role::Personnel];

/// What is personal of teachers: homes, families, age, health. Others do not get these columns at all.
pub(crate) const PERSONAL: &[Field] = &[
    Field::BirthYearOfTeacher,
    Field::Sex,
    Field::ExemptReason,
    Field::HomeLon,
    Field::HomeLat,
    Field::Spouse,
    Field::Wishes,
];

impl Role {
    /// The word in the store and in JSON.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::Security => "security",
            Role::Auditor => "auditor",
            Role::County => "county",
            Role::Planner => "planner",
            Role::Personnel => "personnel",
            Role::Inspector => "inspector",
            Role::Township => "township",
            Role::School => "school",
            Role::City => "city",
            Role::Province => "province",
        }
    }

    /// What people call it, in Chinese and English.
    fn title(self) -> (&'static str, &'static str) {
        match self {
            Role::System => ("系统管理员", "system administrator"),
            Role::Security => ("安全管理员", "security administrator"),
            Role::Auditor => ("审计管理员", "auditor"),
            Role::County => ("县级管理员", "county administrator"),
            Role::Planner => ("规划", "planner"),
            Role::Personnel => ("人事", "personnel"),
            Role::Inspector => ("督导", "inspector"),
            Role::Township => ("乡镇审核", "township reviewer"),
            Role::School => ("学校填报", "school"),
            Role::City => ("市级读者", "city reader"),
            Role::Province => ("省级读者", "province reader"),
        }
    }

    /// The kinds of organisation whose people may hold it: what a role reaches is the part of the
    /// tree below its holder's organisation.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Role::System | Role::Security | Role::Auditor => &["province", "city", "county"],
            Role::County | Role::Planner | Role::Personnel | Role::Inspector => &["county"],
            Role::Township => &["township"],
            Role::School => &["school"],
            Role::City => &["city", "county"],
            Role::Province => &["province", "city", "county"],
        }
    }

    /// Whether it is one of the three duties.
    pub(crate) fn serves_the_site(self) -> bool {
        DUTIES.contains(&self)
    }

    /// Whether people of an organisation may hold it. What the system administrator and the auditor
    /// do concerns the whole site, so they are of its topmost organisation.
    pub(crate) fn is_held_at(self, org: &Org) -> bool {
        let of_the_site = self.serves_the_site() && self != Role::Security;
        self.kinds().contains(&org.kind.as_str()) && !(of_the_site && org.parent_id.is_some())
    }

    /// The role of a word.
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        ROLES.iter().copied().find(|r| r.id() == id)
    }
}

/// Whether one account may hold these roles together.
pub(crate) fn may_be_together(roles: &[Role]) -> bool {
    let held = roles.iter().filter(|r| r.serves_the_site()).count();
    // The auditor watches the others and does none of their work.
    held <= 1 && (!roles.contains(&Role::Auditor) || roles.len() == 1)
}

/// Who may use an endpoint. There is no default: an endpoint names its access or does not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Access {
    /// Anybody.
    Public,
    /// Whoever is logged in, also before a first password was changed.
    Session,
    /// Whoever is logged in and ready to work, about themselves.
    Person,
    /// Who has one of these roles.
    Roles(&'static [Role]),
}

impl Access {
    /// Whether a person with these roles may pass.
    pub(crate) fn allows(self, roles: &[Role]) -> bool {
        match self {
            Access::Public | Access::Session | Access::Person => true,
            Access::Roles(wanted) => roles.iter().any(|r| wanted.contains(r)),
        }
    }

    /// What the roles are called that it is for, in Chinese and English.
    pub(crate) fn holders(self) -> (String, String) {
        let roles = match self {
            Access::Public | Access::Session | Access::Person => ROLES,
            Access::Roles(wanted) => wanted,
        };
        let titles = roles.iter().map(|r| r.title());
        let (zh, en): (Vec<_>, Vec<_>) = titles.unzip();
        (zh.join("、"), en.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_10_three_duties() {
        assert!(may_be_together(&[Role::System, Role::County]));
        assert!(may_be_together(&[Role::Auditor]));
        for pair in [
            [Role::System, Role::Security],
            [Role::System, Role::Auditor],
            [Role::Security, Role::Auditor],
            [Role::Auditor, Role::County],
        ] {
            assert!(!may_be_together(&pair), "{pair:?}");
        }
    }
}
