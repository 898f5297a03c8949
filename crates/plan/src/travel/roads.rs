//! Shortest ways along the roads, from every school to every block.

use std::thread;

use junheng_core::geo::{Point, metres};
use junheng_core::model::{Snapshot, TableId};
use junheng_core::text::Text;

use super::graph::{Buckets, Graph};
use super::nearest::Nearest;
use super::places::{Place, Places, listed};
use super::{Source, Travel, Unit};

/// A place farther than this from its road, in metres, is worth a word.
const FAR: f64 = 2_000.0;

/// Where a place meets the roads: the nearest node, and metres to it.
type Door = Option<(usize, f64)>;

/// Travel along the table roads.
///
/// # Errors
///
/// There are none, or none that can be used; then with a word on why.
pub(super) fn search(snapshot: &Snapshot, places: &Places<'_>) -> Result<Travel, Option<Text>> {
    let graph = Graph::new(snapshot);
    if graph.points.is_empty() {
        let rows = snapshot.rows(TableId::Roads) > 0;
        return Err(rows.then(|| {
            Text::new(
                "道路表没有一行可用，没有采用",
                "No row of roads can be used",
            )
        }));
    }
    let nearest = Nearest::new(&graph.points);
    let doors = |places: &[Place<'_>]| doors(&graph, &nearest, places.iter().map(|p| p.point));
    let (blocks, goals) = (doors(&places.blocks), doors(&places.destinations));
    let away = blocks.iter().chain(&goals).flatten().map(|door| door.1);
    if let Some(nearest) = away.reduce(f64::min).filter(|metres| *metres > FAR) {
        let km = (nearest / 1000.0).round();
        return Err(Some(Text::new(
            format!(
                "道路离所有居住单元和学校都超过 2 公里(最近的 {km} 公里)，没有采用；请核对坐标系和道路范围"
            ),
            format!(
                "The roads are more than 2 km from every block and school ({km} km from the nearest) and are not used; check the coordinate system and the extent of the roads"
            ),
        )));
    }

    let columns = columns(&graph, &blocks, &goals);
    let pairs = columns.iter().flatten().filter(|m| m.is_finite()).count();
    let mut travel = Travel::empty(Unit::Metres, Source::Roads, goals.len(), pairs);
    for block in 0..blocks.len() {
        travel.push(columns.iter().map(|column| column[block]).enumerate());
    }
    drop(columns);

    let with_door = |doors: &[Door]| doors.iter().flatten().count();
    let cut = with_door(&blocks) * with_door(&goals) - pairs;
    travel.notes.push(Text::new(
        format!(
            "路程是沿 {} 个路口的道路网的最短距离，加上两头到最近路口的直线距离",
            graph.points.len()
        ),
        format!(
            "Travel is the shortest way along roads with {} nodes, and the straight line to the nearest node at both ends",
            graph.points.len()
        ),
    ));
    travel.notes.extend(rows(&graph));
    travel.notes.extend(places.without_point());
    let all = places.blocks.iter().chain(&places.destinations);
    travel
        .notes
        .extend(far(all.zip(blocks.iter().chain(&goals))));
    if cut > 0 {
        let parts = graph.parts();
        travel.notes.push(Text::new(
            format!("道路分成互不相连的 {parts} 片，有 {cut} 对（居住单元 × 学校）走不通，视为不可达；缺桥、缺路口时请补上"),
            format!("The roads fall into {parts} parts that do not join: {cut} pairs of block and school have no way and are forbidden; add what is missing, a bridge or a junction"),
        ));
    }
    Ok(travel)
}

fn doors(
    graph: &Graph,
    nearest: &Nearest,
    points: impl Iterator<Item = Option<Point>>,
) -> Vec<Door> {
    let door = |point: Option<Point>| {
        let point = point?;
        let node = nearest.of(point)?;
        Some((node, metres(point, graph.points[node])))
    };
    points.map(door).collect()
}

/// Metres along the table roads: for each goal those of every start, infinite where there is no
/// way; `None` where there are no roads.
pub(crate) fn ways(
    snapshot: &Snapshot,
    starts: &[Option<Point>],
    goals: &[Option<Point>],
) -> Option<Vec<Vec<f64>>> {
    let graph = Graph::new(snapshot);
    if graph.points.is_empty() {
        return None;
    }
    let nearest = Nearest::new(&graph.points);
    let doors = |points: &[Option<Point>]| doors(&graph, &nearest, points.iter().copied());
    Some(columns(&graph, &doors(starts), &doors(goals)))
}

/// For each goal the metres of every block; the threads share nothing, so their number does not matter.
fn columns(graph: &Graph, blocks: &[Door], goals: &[Door]) -> Vec<Vec<f64>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = goals.len().div_ceil(threads).max(1);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); goals.len()];
    thread::scope(|scope| {
        for (columns, goals) in columns.chunks_mut(share).zip(goals.chunks(share)) {
            scope.spawn(move || {
                let mut buckets = Buckets::new();
                for (column, goal) in columns.iter_mut().zip(goals) {
                    let Some((node, at_goal)) = *goal else {
                        *column = vec![f64::INFINITY; blocks.len()];
                        continue;
                    };
                    let far = graph.search(node, &mut buckets);
                    let way = |block: &Door| match *block {
                        Some((node, at_block)) => at_block + far[node] + at_goal,
                        None => f64::INFINITY,
                    };
                    *column = blocks.iter().map(way).collect();
                }
            });
        }
    });
    columns
}

/// What is wrong with rows of the table.
fn rows(graph: &Graph) -> Vec<Text> {
    let mut notes = Vec::new();
    if graph.unusable > 0 {
        let n = graph.unusable;
        notes.push(Text::new(
            format!("道路表有 {n} 行缺端点经纬度，没有采用"),
            format!("{n} rows of roads lack the coordinates of an end and are not used"),
        ));
    }
    if graph.unmeasured > 0 {
        let n = graph.unmeasured;
        notes.push(Text::new(
            format!("道路表有 {n} 行没有长度，按两端的直线距离计"),
            format!("{n} rows of roads have no length and count as straight lines"),
        ));
    }
    if graph.too_short > 0 {
        let n = graph.too_short;
        notes.push(Text::new(
            format!("道路表有 {n} 行的长度短于两端的直线距离，请核对单位（应为米）和坐标"),
            format!("{n} rows of roads are shorter than the straight line between their ends: check unit (metres) and coordinates"),
        ));
    }
    notes
}

/// Places that stand far from every road.
fn far<'a, 'b>(places: impl Iterator<Item = (&'b Place<'a>, &'b Door)>) -> Option<Text>
where
    'a: 'b,
{
    let far: Vec<&str> = places
        .filter(|(_, door)| door.is_some_and(|(_, metres)| metres > FAR))
        .map(|(place, _)| place.name)
        .collect();
    if far.is_empty() {
        return None;
    }
    let (zh, en) = listed(&far);
    Some(Text::new(
        format!("离最近的道路超过 2 公里，请核对坐标系和道路范围：{zh}"),
        format!(
            "More than 2 km from the nearest road; check the coordinate system and the extent of the roads: {en}"
        ),
    ))
}
