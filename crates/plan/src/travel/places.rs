//! Where blocks, schools and sites are.

use std::collections::BTreeMap;

use junheng_core::geo::{Point, to_cgcs2000};
use junheng_core::model::{Field as F, Snapshot, Stage, TableId};
use junheng_core::text::Text;

/// The blocks of the snapshot and the destinations asked for, with their points in CGCS2000.
pub(super) struct Places<'a> {
    pub(super) blocks: Vec<Place<'a>>,
    pub(super) destinations: Vec<Place<'a>>,
}

/// A block, school or site.
pub(super) struct Place<'a> {
    pub(super) id: &'a str,
    /// The school that a site stands for.
    pub(super) school: Option<&'a str>,
    /// What people call it, or its id.
    pub(super) name: &'a str,
    pub(super) point: Option<Point>,
}

impl<'a> Places<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, stage: Stage, destinations: &[&'a str]) -> Self {
        let blocks = (0..snapshot.rows(TableId::Blocks)).map(|row| {
            let id = snapshot.text(F::BlockId, row).unwrap_or_default();
            Place {
                id,
                school: None,
                name: snapshot.text(F::BlockName, row).unwrap_or(id),
                point: point(snapshot, [F::BlockLon, F::BlockLat, F::BlockDatum], row),
            }
        });
        let schools: BTreeMap<&str, usize> = (0..snapshot.rows(TableId::Schools))
            .rev()
            .filter_map(|row| Some((snapshot.text(F::SchoolId, row)?, row)))
            .collect();
        let mut sites: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in 0..snapshot.rows(TableId::Sites) {
            let of_stage = snapshot
                .text(F::SiteStage, row)
                .is_none_or(|s| s == stage.id());
            if let Some(id) = snapshot.text(F::SiteId, row).filter(|_| of_stage) {
                sites.entry(id).or_default().push(row);
            }
        }
        let at_school = |id: &str| {
            let row = *schools.get(id)?;
            point(snapshot, [F::SchoolLon, F::SchoolLat, F::SchoolDatum], row)
        };
        let name = |id: &str| {
            let row = *schools.get(id)?;
            snapshot.text(F::SchoolName, row)
        };
        let place = |&id: &&'a str| {
            let rows = sites.get(id).map_or(&[][..], Vec::as_slice);
            let school = rows
                .iter()
                .find_map(|&row| snapshot.text(F::SiteExisting, row));
            let columns = [F::SiteLon, F::SiteLat, F::SiteDatum];
            let own = rows.iter().find_map(|&row| point(snapshot, columns, row));
            Place {
                id,
                school,
                name: name(id).or_else(|| name(school?)).unwrap_or(id),
                point: at_school(id).or(own).or_else(|| at_school(school?)),
            }
        };
        Self {
            blocks: blocks.collect(),
            destinations: destinations.iter().map(place).collect(),
        }
    }

    /// A note for blocks and one for destinations without a point.
    pub(super) fn without_point(&self) -> Vec<Text> {
        let blocks = without(&self.blocks);
        let destinations = without(&self.destinations);
        let mut notes = Vec::new();
        if !blocks.is_empty() {
            let (zh, en) = listed(&blocks);
            notes.push(Text::new(
                format!("{zh}没有经纬度，到不了任何学校；请在居住单元表补上"),
                format!("No coordinates for {en}, so no school can be reached: add them to the table blocks"),
            ));
        }
        if !destinations.is_empty() {
            let (zh, en) = listed(&destinations);
            notes.push(Text::new(
                format!("{zh}没有经纬度，哪个居住单元都到不了；请在学校表或备选校址表补上"),
                format!("No coordinates for {en}, so no block can reach them: add them to the table schools or sites"),
            ));
        }
        notes
    }
}

fn without<'a>(places: &[Place<'a>]) -> Vec<&'a str> {
    places
        .iter()
        .filter(|p| p.point.is_none())
        .map(|p| p.name)
        .collect()
}

/// The point of a row, brought to CGCS2000.
pub(crate) fn point(snapshot: &Snapshot, columns: [F; 3], row: usize) -> Option<Point> {
    let [lon, lat, datum] = columns;
    let at = (snapshot.number(lon, row)?, snapshot.number(lat, row)?);
    let possible = at.0.abs() <= 180.0 && at.1.abs() <= 90.0;
    possible.then(|| to_cgcs2000(at, snapshot.text(datum, row).unwrap_or_default()))
}

/// Names as they stand in a sentence: at most five, then how many in all; in both languages.
///
/// ```
/// use junheng_plan::travel::listed;
/// let (zh, en) = listed(&["a", "b", "c", "d", "e", "f"]);
/// assert_eq!(zh, "a、b、c、d、e 等 6 个");
/// assert_eq!(en, "a, b, c, d, e and 1 more");
/// ```
#[must_use]
pub fn listed(names: &[&str]) -> (String, String) {
    let shown = &names[..names.len().min(5)];
    let (zh, en) = (shown.join("、"), shown.join(", "));
    match names.len() - shown.len() {
        0 => (zh, en),
        more => (
            format!("{zh} 等 {} 个", names.len()),
            format!("{en} and {more} more"),
        ),
    }
}
