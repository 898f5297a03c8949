//! What a zone plan is made from, and what it must keep.

use junheng_core::model::{Field, Stage};

use crate::transport::Costs;
use crate::travel::{Source, Unit};

/// A block: whole, it goes to one school.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// Its name, else its id.
    pub name: String,
    /// Its row in the table blocks.
    pub row: usize,
    /// Children of the stage.
    pub children: f64,
    /// Where its children go today; blank is never moved.
    pub current: Current,
}

/// The school of a block today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Current {
    /// Not given.
    Blank,
    /// A school of the plan.
    School(usize),
    /// A school that does not teach this stage: every plan moves the block.
    Elsewhere,
}

impl Current {
    /// Whether a block goes elsewhere than today.
    #[must_use]
    pub fn moved(self, school: usize) -> bool {
        match self {
            Self::Blank => false,
            Self::School(current) => current != school,
            Self::Elsewhere => true,
        }
    }
}

/// A school of the stage.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Its id.
    pub id: String,
    /// Its name, else its id.
    pub name: String,
    /// Its places.
    pub places: f64,
    /// The block where it stands.
    pub home: Option<usize>,
    /// Students who stay there in the first year whatever the plan; 0 without `grandfather`.
    pub enrolled: f64,
}

/// Whether zones must hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contiguity {
    /// One piece by the table adjacency.
    Adjacency,
    /// As many pieces as today, at least one.
    NotWorse,
    /// Anything.
    Off,
}

impl Contiguity {
    /// The word of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Adjacency => "adjacency",
            Self::NotWorse => "not-worse",
            Self::Off => "off",
        }
    }
}

/// What a plan must keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Greatest load of a school as a share of its places.
    pub max_load: f64,
    /// Metres that moving one student counts.
    pub stay_metres: f64,
    /// Contiguity; `None` is adjacency where the table is there, else off.
    pub contiguity: Option<Contiguity>,
    /// Blocks may be split.
    pub split: bool,
    /// Farthest way.
    pub max_metres: Option<f64>,
    /// A number of the blocks whose mean each zone keeps within so much of the county's.
    pub balance: Option<(Field, f64)>,
    /// Blocks that stay with a school: ids of block and school.
    pub locked: Vec<(String, String)>,
    /// A column of words of the blocks: those with the same in it go to one school.
    pub together: Option<Field>,
    /// Ids of schools whose zone stays as it is today.
    pub locked_zones: Vec<String>,
    /// Ids of schools that share one zone (多校划片).
    pub groups: Vec<Vec<String>>,
    /// Grades that are in school stay where they are: only entrants follow the new zones.
    pub grandfather: bool,
    /// Share of the entrants who follow an elder sibling to the school of today.
    pub siblings: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            max_load: 1.0,
            stay_metres: 0.0,
            contiguity: None,
            split: false,
            max_metres: None,
            balance: None,
            locked: Vec::new(),
            together: None,
            locked_zones: Vec::new(),
            groups: Vec::new(),
            grandfather: false,
            siblings: 0.0,
        }
    }
}

/// A zone problem. Blocks and schools ascend by id, so that the order of rows shows nowhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The stage.
    pub stage: Stage,
    /// Blocks.
    pub blocks: Vec<Block>,
    /// Schools.
    pub schools: Vec<School>,
    /// Travel of each block to each school: metres of a child, or cost of the block; infinite where
    /// it is forbidden.
    pub travel: Costs,
    /// What travel counts.
    pub unit: Unit,
    /// Where travel comes from.
    pub source: Source,
    /// Blocks that touch, ascending.
    pub neighbours: Vec<Vec<u32>>,
    /// Contiguity that holds.
    pub contiguity: Contiguity,
    /// The balanced figure of each block; empty where none is.
    pub figures: Vec<f64>,
    /// Blocks that must go to a school.
    pub locked: Vec<(usize, usize)>,
    /// Sets of blocks that go to one school, ascending; none of a single block.
    pub together: Vec<Vec<usize>>,
    /// Schools whose zone stays as it is today.
    pub locked_zones: Vec<usize>,
    /// Sets of schools that share one zone, ascending; none of a single school.
    pub groups: Vec<Vec<usize>>,
    /// Pieces of the zones of today, where blocks were merged and no longer tell; else empty.
    pub today: Vec<u32>,
    /// What else a plan keeps.
    pub rules: Rules,
}

impl Problem {
    /// Travel of a whole block in the objective's unit: student-kilometres or cost.
    #[must_use]
    pub fn travel_cost(&self, block: usize, school: usize) -> f64 {
        let value = self.travel.at(block, school);
        match self.unit {
            Unit::Cost => value,
            // A forbidden pair stays so for a block without children.
            Unit::Metres if value.is_infinite() => value,
            Unit::Metres => value * self.blocks[block].children / 1000.0,
        }
    }

    /// What a whole block adds to the objective at a school.
    #[must_use]
    pub fn cost(&self, block: usize, school: usize) -> f64 {
        let moved = self.blocks[block].current.moved(school);
        let stay = if moved {
            self.rules.stay_metres * self.blocks[block].children * self.following() / 1000.0
        } else {
            0.0
        };
        self.travel_cost(block, school) + stay
    }

    /// Grades of the stage, each taken as an even share of a block's children.
    #[must_use]
    pub fn grades(&self) -> f64 {
        if self.stage == Stage::Junior {
            3.0
        } else {
            6.0
        }
    }

    /// The share of a block's children who follow the new zones in the first year.
    #[must_use]
    pub fn following(&self) -> f64 {
        if self.rules.grandfather {
            (1.0 - self.rules.siblings) / self.grades()
        } else {
            1.0
        }
    }

    /// Students of the first year, where all children of its zone are `load`.
    #[must_use]
    pub fn first_year(&self, school: usize, load: f64) -> f64 {
        self.schools[school].enrolled + self.following() * load
    }

    /// Most children of the zone of a school.
    #[must_use]
    pub fn room(&self, school: usize) -> f64 {
        self.room_at(school, self.rules.max_load)
    }

    /// Most children of the zone of a school that may be loaded so much: once all grades follow the
    /// new zones, and in the first year beside those who stay.
    #[must_use]
    pub fn room_at(&self, school: usize, max_load: f64) -> f64 {
        let about = &self.schools[school];
        let most = about.places * max_load;
        if self.rules.grandfather {
            most.min((most - about.enrolled) / self.following())
                .max(0.0)
        } else {
            most
        }
    }

    /// The schools that share the zone of a school; itself at least.
    #[must_use]
    pub fn sharing(&self, school: usize) -> Vec<usize> {
        let group = self.groups.iter().find(|g| g.contains(&school));
        group.cloned().unwrap_or_else(|| vec![school])
    }

    /// How many pieces the zone of each school may have; a locked zone as many as today.
    #[must_use]
    pub fn allowed_pieces(&self) -> Vec<u32> {
        let as_today = |school| match self.contiguity {
            Contiguity::Off => None,
            Contiguity::NotWorse => Some(true),
            Contiguity::Adjacency => Some(self.locked_zones.contains(&school)),
        };
        let allowed = |(school, pieces): (usize, u32)| match as_today(school) {
            None => u32::MAX,
            Some(false) => 1,
            Some(true) => pieces.max(1),
        };
        self.pieces_today()
            .into_iter()
            .enumerate()
            .map(allowed)
            .collect()
    }

    /// Pieces of the zone of each school today; of the zone of its group.
    #[must_use]
    pub fn pieces_today(&self) -> Vec<u32> {
        if self.today.is_empty() {
            self.pieces(&self.zones_today())
        } else {
            self.today.clone()
        }
    }

    /// The zones of today: each block at its school, or at those that share its zone.
    #[must_use]
    pub fn zones_today(&self) -> Vec<Vec<(usize, f64)>> {
        let zones = self.blocks.iter().map(|block| match block.current {
            Current::School(school) => self.sharing(school).into_iter().map(|s| (s, 1.0)).collect(),
            _ => Vec::new(),
        });
        zones.collect()
    }

    /// The pieces of each zone, by the adjacency; blocks may be shared.
    #[must_use]
    pub fn pieces(&self, shares: &[Vec<(usize, f64)>]) -> Vec<u32> {
        let mut zones = vec![Vec::new(); self.schools.len()];
        for (block, shares) in shares.iter().enumerate() {
            for (school, _) in shares {
                zones[*school].push(block);
            }
        }
        let mut open = vec![false; self.blocks.len()];
        zones
            .iter()
            .map(|zone| {
                zone.iter().for_each(|b| open[*b] = true);
                let mut pieces = 0;
                for &start in zone {
                    if !std::mem::take(&mut open[start]) {
                        continue;
                    }
                    pieces += 1;
                    let mut stack = vec![start];
                    while let Some(block) = stack.pop() {
                        for &next in &self.neighbours[block] {
                            if std::mem::take(&mut open[next as usize]) {
                                stack.push(next as usize);
                            }
                        }
                    }
                }
                pieces
            })
            .collect()
    }
}
