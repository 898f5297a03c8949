//! How far it is from every block to every school or site of a stage.
//!
//! A given matrix wins; without one the roads are searched from every school; without roads it is
//! the straight line × 1.3. The result says which, and a pair that is not in it is forbidden.

mod graph;
mod matrix;
mod nearest;
mod places;
mod roads;
mod straight;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_roads;

use junheng_core::model::{Snapshot, Stage, TableId};
use junheng_core::text::Text;

use places::Places;
pub use places::listed;
pub(crate) use places::point;
pub(crate) use roads::ways;

/// A straight line is taken as so many times shorter than the way on the ground.
pub const DETOUR: f64 = 1.3;

/// What the values of a [`Travel`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Metres of one student.
    Metres,
    /// Cost of the whole block.
    Cost,
}

/// Where a [`Travel`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The table `travel_primary` or `travel_junior`.
    Matrix,
    /// Shortest ways along the table `roads`.
    Roads,
    /// Great circles times [`DETOUR`].
    StraightLine,
}

/// The table that gives travel to the schools of a stage.
#[must_use]
pub fn travel_table(stage: Stage) -> TableId {
    match stage {
        Stage::Junior => TableId::TravelJunior,
        Stage::Primary | Stage::Senior => TableId::TravelPrimary,
    }
}

impl Source {
    /// The id in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Roads => "roads",
            Self::StraightLine => "straight_line",
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Matrix => Text::new("给定的出行表", "the given travel table"),
            Self::Roads => Text::new("沿道路的最短路程", "shortest ways along the roads"),
            Self::StraightLine => Text::new(
                "直线距离 × 1.3（估算）",
                "straight line × 1.3 (an estimate)",
            ),
        }
    }
}

/// The allowed pairs of blocks and destinations with their values.
///
/// Blocks are rows of the table blocks; destinations are those that were asked for, in that order.
#[derive(Clone, Debug, PartialEq)]
pub struct Travel {
    /// What the values count.
    pub unit: Unit,
    /// Where they come from.
    pub source: Source,
    /// What the reader of a plan has to know of them: how they were made, and what is wrong.
    pub notes: Vec<Text>,
    destinations: usize,
    starts: Vec<usize>,
    to: Vec<u32>,
    values: Vec<f64>,
}

impl Travel {
    /// Travel to `destinations` (ids of schools, or of sites of this stage).
    ///
    /// A site that stands at an existing school and has no rows or no point of its own takes the
    /// school's.
    #[must_use]
    pub fn new(snapshot: &Snapshot, stage: Stage, destinations: &[&str]) -> Self {
        let places = Places::new(snapshot, stage, destinations);
        let mut travel = matrix::read(snapshot, stage, &places).unwrap_or_else(|| {
            roads::search(snapshot, &places)
                .unwrap_or_else(|roads| straight::reckon(&places, roads))
        });
        travel.say_cut_off(&places);
        travel
    }

    /// Notes the blocks that reach nothing and the destinations that nobody reaches.
    fn say_cut_off(&mut self, places: &Places<'_>) {
        let mut reached = vec![false; self.destinations];
        for &to in &self.to {
            reached[to as usize] = true;
        }
        let blocks: Vec<&str> = places
            .blocks
            .iter()
            .enumerate()
            .filter(|(block, place)| self.row(*block).0.is_empty() && self.can_tell(place))
            .map(|(_, place)| place.name)
            .collect();
        let schools: Vec<&str> = places
            .destinations
            .iter()
            .zip(reached)
            .filter(|(place, reached)| !reached && self.can_tell(place))
            .map(|(place, _)| place.name)
            .collect();
        if !blocks.is_empty() {
            let (zh, en) = listed(&blocks);
            self.notes.push(Text::new(
                format!("到不了任何学校的居住单元：{zh}"),
                format!("Blocks that reach no school: {en}"),
            ));
        }
        if !schools.is_empty() {
            let (zh, en) = listed(&schools);
            self.notes.push(Text::new(
                format!("没有居住单元到得了的学校或校址：{zh}"),
                format!("Schools or sites that no block reaches: {en}"),
            ));
        }
    }

    /// Whether a place that is cut off has not been named already for want of a point.
    fn can_tell(&self, place: &places::Place<'_>) -> bool {
        self.source == Source::Matrix || place.point.is_some()
    }

    /// Travel from rows of (destination, value), one per block; destinations ascending.
    ///
    /// Values that are negative or not finite are left out.
    #[must_use]
    pub fn from_rows<R>(
        unit: Unit,
        source: Source,
        destinations: usize,
        rows: impl IntoIterator<Item = R>,
    ) -> Self
    where
        R: IntoIterator<Item = (usize, f64)>,
    {
        let mut travel = Self::empty(unit, source, destinations, 0);
        for row in rows {
            travel.push(row);
        }
        travel
    }

    /// Travel of no block yet.
    fn empty(unit: Unit, source: Source, destinations: usize, pairs: usize) -> Self {
        Self {
            unit,
            source,
            notes: Vec::new(),
            destinations,
            starts: vec![0],
            to: Vec::with_capacity(pairs),
            values: Vec::with_capacity(pairs),
        }
    }

    /// Adds the next block.
    fn push(&mut self, row: impl IntoIterator<Item = (usize, f64)>) {
        for (destination, value) in row {
            if let Ok(to) = u32::try_from(destination)
                && value.is_finite()
                && value >= 0.0
            {
                self.to.push(to);
                self.values.push(value);
            }
        }
        self.starts.push(self.to.len());
    }

    /// Number of blocks.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of destinations.
    #[must_use]
    pub fn destinations(&self) -> usize {
        self.destinations
    }

    /// Number of allowed pairs.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.to.len()
    }

    /// The destinations a block may have, ascending, and their values; nothing for an unknown block.
    #[must_use]
    pub fn row(&self, block: usize) -> (&[u32], &[f64]) {
        let range = match (self.starts.get(block), self.starts.get(block + 1)) {
            (Some(&from), Some(&to)) => from..to,
            _ => 0..0,
        };
        (&self.to[range.clone()], &self.values[range])
    }

    /// The pairs of a block.
    pub fn of(&self, block: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (to, values) = self.row(block);
        to.iter().map(|&to| to as usize).zip(values.iter().copied())
    }

    /// The value of a pair; `None` where it is forbidden.
    #[must_use]
    pub fn between(&self, block: usize, destination: usize) -> Option<f64> {
        let (to, values) = self.row(block);
        let at = to.binary_search(&u32::try_from(destination).ok()?).ok()?;
        values.get(at).copied()
    }
}
