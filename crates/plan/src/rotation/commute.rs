//! How far it is for teachers: along the roads where the county gives them, else the straight
//! line × 1.3.

use junheng_core::geo::Point;
use junheng_core::model::Snapshot;

use crate::travel::{self, DETOUR};

/// Metres one way where there are no roads: the straight line × 1.3, in whole metres so that equal
/// plans are equal exactly. Points are (longitude, latitude) in degrees.
///
/// ```
/// use junheng_plan::rotation::metres;
/// // A hundredth of a degree of latitude is 1,112 m.
/// assert_eq!(metres((120.0, 30.0), (120.0, 30.01)), 1446);
/// ```
#[must_use]
pub fn metres(a: Point, b: Point) -> i64 {
    (junheng_core::geo::metres(a, b) * DETOUR).round() as i64
}

/// Whether there is such a point: in China longitude and latitude that are swapped are none.
fn possible((lon, lat): Point) -> bool {
    lon.abs() <= 180.0 && lat.abs() <= 90.0
}

/// Ways from some points to others.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// By goal, then by start.
    metres: Vec<Vec<Option<i64>>>,
    /// They follow the roads.
    pub(super) by_road: bool,
}

impl Ways {
    /// All ways between places that can be; where the roads do not join two, the straight line × 1.3.
    pub(super) fn new(
        snapshot: &Snapshot,
        starts: &[Option<Point>],
        goals: &[Option<Point>],
    ) -> Self {
        let known = |points: &[Option<Point>]| -> Vec<Option<Point>> {
            points.iter().map(|p| p.filter(|p| possible(*p))).collect()
        };
        let (starts, goals) = (&known(starts), &known(goals));
        let roads = travel::ways(snapshot, starts, goals);
        let way = |start: usize, goal: usize| {
            let (a, b) = ((*starts.get(start)?)?, (*goals.get(goal)?)?);
            let road = roads.as_ref().and_then(|all| all.get(goal)?.get(start));
            let road = road.filter(|m| m.is_finite());
            Some(road.map_or_else(|| metres(a, b), |m| m.round() as i64))
        };
        let from = |goal| (0..starts.len()).map(|start| way(start, goal)).collect();
        Self {
            metres: (0..goals.len()).map(from).collect(),
            by_road: roads.is_some(),
        }
    }

    /// Metres from a start to a goal, where both are known.
    pub(super) fn metres(&self, start: usize, goal: usize) -> Option<i64> {
        *self.metres.get(goal)?.get(start)?
    }
}
