//! A filing as a case that moves through declared states: who may take which step, from where to
//! where. Nothing moves but by this table.

use crate::server::rights::Role;

/// A step of a case.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) id: &'static str,
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static str,
    pub(crate) roles: &'static [Role],
    /// Whether it must say why.
    pub(crate) reason: bool,
}

/// The school may write in these states.
pub(crate) const OPEN: &[&str] = &["draft", "returned"];

/// The school hands its form in.
pub(crate) const SUBMIT: Step = Step {
    id: "submit",
    from: OPEN,
    to: "submitted",
    roles: &[Role::School],
    reason: false,
};
/// The school takes its form back, as long as nobody has reviewed it.
pub(crate) const RECALL: Step = Step {
    id: "recall",
    from: &["submitted"],
    to: "draft",
    roles: &[Role::School],
    reason: false,
};
/// The township finds it good.
pub(crate) const PASS: Step = Step {
    id: "pass",
    from: &["submitted"],
    to: "reviewed",
    roles: &[Role::Township],
    reason: false,
};
/// The township or the county gives it back.
pub(crate) const RETURN: Step = Step {
    id: "return",
    from: &["submitted", "reviewed"],
    to: "returned",
    roles: &[Role::Township, Role::County],
    reason: true,
};
/// The county accepts and locks it.
pub(crate) const ACCEPT: Step = Step {
    id: "accept",
    from: &["submitted", "reviewed"],
    to: "accepted",
    roles: &[Role::County],
    reason: false,
};
/// The county corrects a locked form; both values stay.
pub(crate) const CORRECT: Step = Step {
    id: "correct",
    from: &["accepted"],
    to: "accepted",
    roles: &[Role::County],
    reason: true,
};

/// All steps.
pub(crate) const STEPS: &[&Step] = &[&SUBMIT, &RECALL, &PASS, &RETURN, &ACCEPT, &CORRECT];

impl Step {
    /// The step of a name.
    pub(crate) fn named(id: &str) -> Option<&'static Self> {
        STEPS.iter().copied().find(|s| s.id == id)
    }

    /// Whether it may be taken from a state by somebody of these roles.
    pub(crate) fn open(&self, state: &str, roles: &[Role]) -> bool {
        self.from.contains(&state) && roles.iter().any(|r| self.roles.contains(r))
    }
}
