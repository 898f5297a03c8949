//! The establishment (编制): posts by rule, over and under, and posts moved within the total.
//!
//! The rule is any item of the standard that limits students per member of staff, such as that of
//! the pack `staff-74`. Posts are ⌈students ÷ limit⌉, the fewest that keep it.

use std::collections::BTreeMap;

use junheng_core::evaluate::{At, Frame};
use junheng_core::exact::{Exact, decimal};
use junheng_core::model::{Field, Snapshot, Stage, is_special};
use junheng_core::standard::{Compare, ItemTest, Standard, Unit, Variable, all_hold, of_stage};
use num_traits::{ToPrimitive, Zero};

/// A school under so many students is staffed by class too, where the user says how many a class.
pub const SMALL_SCHOOL: f64 = 100.0;

/// How the posts of a section were reckoned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PostRule {
    /// Students per member of staff.
    Students(f64),
    /// Staff per class, in a small school.
    Classes(f64),
}

/// The posts of one section.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Row of `sections`.
    pub row: usize,
    /// The school.
    pub school_id: String,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Posts by rule.
    pub posts: i64,
    /// The rule.
    pub rule: PostRule,
    /// Staff in place.
    pub staff: i64,
    /// Staff was not reported: listed full-time teachers stand for it, which is too few.
    pub from_teachers: bool,
}

impl Post {
    /// Staff above the posts; negative where posts are open.
    #[must_use]
    pub fn over(&self) -> i64 {
        self.staff - self.posts
    }
}

/// Posts that change their section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostMove {
    /// Index of the section that gives, in [`Establishment::posts`].
    pub from: usize,
    /// Index of the section that takes.
    pub to: usize,
    /// How many.
    pub posts: i64,
}

/// The establishment of a county.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Establishment {
    /// By stage and school.
    pub posts: Vec<Post>,
    /// Posts moved, within each stage, so that as few as possible are short.
    pub moves: Vec<PostMove>,
    /// Schools (ids) of sections whose posts or staff cannot be reckoned: students, staff or the
    /// kind of place is missing.
    pub unknown: Vec<String>,
}

impl Establishment {
    /// Limits of (arrivals − departures) by row of `sections` that let posts be filled and cleared.
    #[must_use]
    pub fn open(&self, balance: u32) -> BTreeMap<usize, (i64, i64)> {
        let balance = i64::from(balance);
        self.posts
            .iter()
            .map(|p| (p.row, ((-p.over()).min(-balance), (-p.over()).max(balance))))
            .collect()
    }
}

/// Posts of the compulsory sections by the staffing rules of `standard`.
///
/// `per_class`: staff per class of schools under [`SMALL_SCHOOL`] students, where that gives more.
#[must_use]
pub fn establishment(
    snapshot: &Snapshot,
    standard: &Standard,
    per_class: Option<f64>,
) -> Establishment {
    let frame = Frame::new(snapshot, standard);
    let mut all = Establishment::default();
    for (row, section) in frame.sections.iter().enumerate() {
        let (Some(school), Some(stage)) = (section.school, section.stage) else {
            continue;
        };
        let special = snapshot
            .number(Field::SchoolKind, school)
            .is_some_and(is_special);
        if stage == Stage::Senior || special {
            continue;
        }
        let id = snapshot.text(Field::SchoolId, school).unwrap_or_default();
        let reported = frame.section(Field::Staff, row);
        let staff = reported.or_else(|| frame.section(Field::FullTimeTeachers, row));
        let Some(((posts, rule), staff)) =
            posts(&frame, standard, row, stage, per_class).zip(staff)
        else {
            all.unknown.push(id.to_owned());
            continue;
        };
        all.posts.push(Post {
            row,
            school_id: id.to_owned(),
            name: snapshot
                .text(Field::SchoolName, school)
                .unwrap_or(id)
                .to_owned(),
            stage,
            posts,
            rule,
            staff: staff.round() as i64,
            from_teachers: reported.is_none(),
        });
    }
    all.posts
        .sort_by(|a, b| (a.stage, &a.school_id).cmp(&(b.stage, &b.school_id)));
    all.moves = moves(&all.posts);
    all
}

fn posts(
    frame: &Frame,
    standard: &Standard,
    row: usize,
    stage: Stage,
    per_class: Option<f64>,
) -> Option<(i64, PostRule)> {
    let at = At {
        frame,
        unit: Unit::Section,
        row,
    };
    let students: Exact = at.read(Variable::Section(Field::Students))?;
    let limit = standard
        .items
        .iter()
        .flat_map(|i| &i.parts)
        .find_map(|part| match &part.test {
            ItemTest::Every {
                unit: Unit::Section,
                ratio,
                compare: Compare::AtMost,
                filter,
            } if ratio.plus == [Variable::Section(Field::Students)]
                && ratio.over == [Variable::Section(Field::Staff)]
                && all_hold(filter, &frame.reader(Unit::Section, row)).worst =>
            {
                at.limit::<Exact>(of_stage(&part.limits, stage)?)
            }
            _ => None,
        })
        .filter(|limit| *limit > Exact::zero())?;
    let whole = |x: Exact| x.ceil().to_integer().to_i64();
    let by_students = whole(students / &limit)?;
    let small = at
        .read::<f64>(Variable::Total(Field::Students))
        .is_some_and(|n| n < SMALL_SCHOOL);
    let classes = at.read::<Exact>(Variable::Section(Field::SectionClasses));
    if let (true, Some(per), Some(classes)) = (small, per_class, classes) {
        let by_classes = whole(classes * decimal(per))?;
        if by_classes > by_students {
            return Some((by_classes, PostRule::Classes(per)));
        }
    }
    let limit = junheng_core::exact::to_f64(&limit);
    Some((by_students, PostRule::Students(limit)))
}

/// From the section with most too many to the one with most too few, until one side is used up.
fn moves(posts: &[Post]) -> Vec<PostMove> {
    let mut over: Vec<i64> = posts.iter().map(Post::over).collect();
    let mut moves = Vec::new();
    for stage in Stage::JUDGED {
        let of_stage = || (0..posts.len()).filter(|n| posts[*n].stage == stage);
        loop {
            // Ties go to the first in order.
            let most = of_stage().max_by_key(|n| (over[*n], std::cmp::Reverse(*n)));
            let least = of_stage().min_by_key(|n| (over[*n], *n));
            let Some((from, to)) = most.zip(least) else {
                break;
            };
            let n = over[from].min(-over[to]);
            if n <= 0 {
                break;
            }
            over[from] -= n;
            over[to] += n;
            moves.push(PostMove { from, to, posts: n });
        }
    }
    moves
}
