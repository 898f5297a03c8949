//! What a zone plan is made from, and what it must keep.

use junheng_core::model::Stage;

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
    /// A column of blocks whose mean each zone keeps within so much of the county's.
    pub balance: Option<(String, f64)>,
    /// Blocks that stay with a school: ids of block and school.
    pub locked: Vec<(String, String)>,
    /// A column of blocks: those with the same word in it go to one school.
    pub together: Option<String>,
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
            self.rules.stay_metres * self.blocks[block].children / 1000.0
        } else {
            0.0
        };
        self.travel_cost(block, school) + stay
    }

    /// Most children of a school.
    #[must_use]
    pub fn room(&self, school: usize) -> f64 {
        self.schools[school].places * self.rules.max_load
    }

    /// How many pieces the zone of each school may have.
    #[must_use]
    pub fn allowed_pieces(&self) -> Vec<u32> {
        match self.contiguity {
            Contiguity::Off => vec![u32::MAX; self.schools.len()],
            Contiguity::Adjacency => vec![1; self.schools.len()],
            Contiguity::NotWorse => {
                let today: Vec<Vec<(usize, f64)>> = self
                    .blocks
                    .iter()
                    .map(|b| match b.current {
                        Current::School(s) => vec![(s, 1.0)],
                        _ => Vec::new(),
                    })
                    .collect();
                let pieces = self.pieces(&today);
                pieces.into_iter().map(|p| p.max(1)).collect()
            }
        }
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
