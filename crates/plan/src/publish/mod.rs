//! A plan of zones as people read it: areas on a map, words of a public notice, who changes and why.

mod areas;
mod changes;
mod labels;
mod notice;
mod outline;
mod picture;
#[cfg(test)]
mod tests;
mod voronoi;

use std::collections::BTreeMap;

use junheng_core::geo::Point;
use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use crate::travel::point;

pub use areas::{Areas, Origin};
pub use changes::{Change, changes};
pub use notice::notice;
pub use picture::{Picture, picture};

/// Which school serves which block, with what is known of both.
#[derive(Clone, Debug)]
pub struct Zoning<'a> {
    /// The stage that is zoned.
    pub stage: Stage,
    /// Name of the county.
    pub county: &'a str,
    /// First year of the school year, if known.
    pub year: Option<i16>,
    /// Made-up data, not a real county.
    pub synthetic: bool,
    /// Schools with a section of this stage, then other destinations of the assignment.
    pub schools: Vec<School<'a>>,
    /// The rows of the table blocks.
    pub blocks: Vec<Block<'a>>,
    /// Schools that share one zone (多校划片).
    pub groups: Vec<Vec<usize>>,
}

/// A school or site that may have a zone.
#[derive(Clone, Debug)]
pub struct School<'a> {
    /// `school_id` or `site_id`.
    pub id: &'a str,
    /// Its name, else its id.
    pub name: &'a str,
    /// Where it is.
    pub point: Option<Point>,
    /// Places of this stage.
    pub places: Option<f64>,
    /// Children that the assignment sends there.
    pub load: f64,
    /// Children of the blocks that it serves today.
    pub today: f64,
}

/// A block and who serves it.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// `block_id`.
    pub id: &'a str,
    /// Its name, else its id.
    pub name: &'a str,
    /// Its township; empty where unknown.
    pub township: &'a str,
    /// Where it is.
    pub point: Option<Point>,
    /// Children of the stage; a blank counts as none.
    pub children: f64,
    /// The school that serves it today.
    pub today: Option<usize>,
    /// Schools it is given to and their shares, the largest first; empty where it is given to none.
    pub shares: Vec<(usize, f64)>,
}

impl Block<'_> {
    /// The school with the largest share.
    #[must_use]
    pub fn school(&self) -> Option<usize> {
        self.shares.first().map(|(school, _)| *school)
    }

    /// Share of its children that leave the school of today; 0 where nothing is known of today.
    #[must_use]
    pub fn moved(&self) -> f64 {
        match self.today {
            Some(today) => self
                .shares
                .iter()
                .filter(|(s, _)| *s != today)
                .map(|(_, share)| share)
                .sum(),
            None => 0.0,
        }
    }
}

impl<'a> Zoning<'a> {
    /// The zones of an assignment: rows of (`block_id`, `school_id`, share).
    ///
    /// Rows of unknown blocks are passed over.
    #[must_use]
    pub fn new<'r>(
        snapshot: &'a Snapshot,
        stage: Stage,
        assignment: impl IntoIterator<Item = (&'r str, &'a str, f64)>,
    ) -> Self {
        let mut zoning = Self {
            stage,
            county: snapshot.county_name(),
            year: snapshot.school_year(),
            synthetic: snapshot.number(F::Synthetic, 0) == Some(1.0),
            schools: schools(snapshot, stage),
            blocks: blocks(snapshot, stage),
            groups: Vec::new(),
        };
        let mut of: BTreeMap<&str, usize> = index(zoning.schools.iter().map(|s| s.id));
        let rows: BTreeMap<&str, usize> = index(zoning.blocks.iter().map(|b| b.id));
        let mut at = |schools: &mut Vec<School<'a>>, id: &'a str| {
            *of.entry(id).or_insert_with(|| {
                schools.push(site(snapshot, id));
                schools.len() - 1
            })
        };
        for (block, school, share) in assignment {
            if let Some(block) = rows.get(block).and_then(|&row| zoning.blocks.get_mut(row)) {
                block.shares.push((at(&mut zoning.schools, school), share));
            }
        }
        let (_, current) = columns(stage);
        for (row, block) in zoning.blocks.iter_mut().enumerate() {
            block
                .shares
                .sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (school, share) in &block.shares {
                zoning.schools[*school].load += share * block.children;
            }
            let today = snapshot
                .text(current, row)
                .map(|id| at(&mut zoning.schools, id));
            if let Some(today) = today {
                zoning.schools[today].today += block.children;
            }
            block.today = today;
        }
        zoning
    }

    /// The same zones, some shared: the ids of the schools of each.
    #[must_use]
    pub fn shared(mut self, groups: &[Vec<&str>]) -> Self {
        let at = |id: &&str| self.schools.iter().position(|s| s.id == *id);
        self.groups = groups
            .iter()
            .map(|group| group.iter().filter_map(at).collect())
            .collect();
        self
    }

    /// The schools of a zone, by one of them.
    #[must_use]
    pub fn sharing(&self, school: usize) -> Vec<usize> {
        let group = self.groups.iter().find(|g| g.contains(&school));
        group.cloned().unwrap_or_else(|| vec![school])
    }

    /// Whether the zone of a school has the largest share of a block.
    #[must_use]
    pub fn serves(&self, school: usize, block: usize) -> bool {
        let most = self.blocks.get(block).and_then(Block::school);
        most.is_some_and(|most| most == school || self.sharing(school).contains(&most))
    }

    /// The zones of today, by the blocks' current schools.
    #[must_use]
    pub fn today(snapshot: &'a Snapshot, stage: Stage) -> Self {
        let (_, current) = columns(stage);
        let rows = (0..snapshot.rows(TableId::Blocks)).filter_map(|row| {
            let block = snapshot.text(F::BlockId, row)?;
            Some((block, snapshot.text(current, row)?, 1.0))
        });
        Self::new(snapshot, stage, rows)
    }
}

/// The columns of a stage: children and current school.
fn columns(stage: Stage) -> (F, F) {
    match stage {
        Stage::Junior => (F::ChildrenJunior, F::CurrentJunior),
        Stage::Primary | Stage::Senior => (F::ChildrenPrimary, F::CurrentPrimary),
    }
}

/// The first place of each id.
fn index<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut index = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        index.entry(id).or_insert(at);
    }
    index
}

fn blocks(snapshot: &Snapshot, stage: Stage) -> Vec<Block<'_>> {
    let (children, _) = columns(stage);
    let block = |row| {
        let id = snapshot.text(F::BlockId, row).unwrap_or_default();
        Block {
            id,
            name: snapshot.text(F::BlockName, row).unwrap_or(id),
            township: snapshot.text(F::BlockTownship, row).unwrap_or_default(),
            point: point(snapshot, [F::BlockLon, F::BlockLat, F::BlockDatum], row),
            children: snapshot.number(children, row).unwrap_or(0.0),
            today: None,
            shares: Vec::new(),
        }
    };
    (0..snapshot.rows(TableId::Blocks)).map(block).collect()
}

fn schools(snapshot: &Snapshot, stage: Stage) -> Vec<School<'_>> {
    let rows = index(
        (0..snapshot.rows(TableId::Schools))
            .map(|r| snapshot.text(F::SchoolId, r).unwrap_or_default()),
    );
    let mut schools: Vec<School<'_>> = Vec::new();
    for section in 0..snapshot.rows(TableId::Sections) {
        let of_stage = snapshot.text(F::SectionStage, section) == Some(stage.id());
        let Some(id) = snapshot
            .text(F::SectionSchool, section)
            .filter(|_| of_stage)
        else {
            continue;
        };
        let row = rows.get(id).copied();
        let columns = [F::SchoolLon, F::SchoolLat, F::SchoolDatum];
        schools.push(School {
            id,
            name: row
                .and_then(|r| snapshot.text(F::SchoolName, r))
                .unwrap_or(id),
            point: row.and_then(|r| point(snapshot, columns, r)),
            places: snapshot.number(F::Places, section),
            load: 0.0,
            today: 0.0,
        });
    }
    schools
}

/// A destination without a section of the stage: a site, or a school known by its name only.
fn site<'a>(snapshot: &'a Snapshot, id: &'a str) -> School<'a> {
    let find =
        |field: F| (0..snapshot.rows(field.table())).find(|&r| snapshot.text(field, r) == Some(id));
    let (school, site) = (find(F::SchoolId), find(F::SiteId));
    let at_school =
        school.and_then(|r| point(snapshot, [F::SchoolLon, F::SchoolLat, F::SchoolDatum], r));
    let at_site = site.and_then(|r| point(snapshot, [F::SiteLon, F::SiteLat, F::SiteDatum], r));
    School {
        id,
        name: school
            .and_then(|r| snapshot.text(F::SchoolName, r))
            .unwrap_or(id),
        point: at_school.or(at_site),
        places: None,
        load: 0.0,
        today: 0.0,
    }
}
