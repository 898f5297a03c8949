//! Roads from an extract of OpenStreetMap (`.osm.pbf`), as rows of the table roads.
//!
//! Every way that a pupil can walk or be driven along counts, in both directions. The file is read
//! twice: its ways first, then the nodes that they use.

mod pbf;
mod wire;

use junheng_core::geo::{Point, metres};
use junheng_core::model::{Field as F, Table};

use pbf::Tags;

/// Nodes of roads in one file; a province has about ten million.
const NODES_MAX: usize = 40_000_000;
/// Pieces of road that are kept; a county has some hundred thousand.
const PIECES_MAX: usize = 2_000_000;
/// Nodes that only bend a road are left out where the pieces stay shorter than this, in metres.
const PIECE: f64 = 100.0;
/// Roads that hang together with no more than this, in metres, are left out: paths inside a campus
/// or an estate that the map does not join to a street.
const SCRAP: f64 = 1_000.0;

/// Values of `highway` that nobody goes to school along.
const NO_WAY: &[&str] = &[
    "",
    "abandoned",
    "bus_guideway",
    "construction",
    "corridor",
    "elevator",
    "escape",
    "motorway",
    "motorway_link",
    "no",
    "platform",
    "proposed",
    "raceway",
    "razed",
    "rest_area",
    "services",
];

/// Why a map is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Cut off or no such file.
    Damaged,
    /// Packed or made in a way that is not read.
    Packing,
    /// More than a county can have.
    TooLarge,
}

/// A piece of road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
    /// Length on the ground along its bends, in metres.
    pub metres: f64,
}

/// A box in degrees: west, south, east, north.
pub type Bounds = [f64; 4];

/// The roads of a map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roads {
    /// Pieces, in the order of the file.
    pub pieces: Vec<Piece>,
    /// Pieces left out because they do not hang together with others.
    pub scraps: usize,
}

/// The roads of an `.osm.pbf` file that begin or end within `bounds`.
///
/// # Errors
/// Where the file is damaged, packed in an unusual way, or too large.
pub fn roads(file: &[u8], bounds: Option<Bounds>) -> Result<Roads, Trouble> {
    let mut nodes: Vec<i64> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    pbf::blocks(file, |block| {
        block.ways(|tags, way| {
            if way.len() > 1 && open(tags) {
                if nodes.len() + way.len() > NODES_MAX {
                    return Err(Trouble::TooLarge);
                }
                nodes.extend(way);
                ends.push(nodes.len());
            }
            Ok(())
        })
    })?;
    let mut ids = nodes.clone();
    ids.sort_unstable();
    // A node that two ways use, or that ends one, is a junction and stays.
    let mut junction = Vec::new();
    let mut points: Vec<Option<Point>> = Vec::new();
    let mut known: Vec<i64> = Vec::new();
    for same in ids.chunk_by(|a, b| a == b) {
        known.push(same[0]);
        junction.push(same.len() > 1);
        points.push(None);
    }
    drop(ids);
    pbf::blocks(file, |block| {
        block.nodes(|(id, lon, lat)| {
            if let Ok(at) = known.binary_search(&id)
                && (-180.0..=180.0).contains(&lon)
                && (-90.0..=90.0).contains(&lat)
            {
                points[at] = Some((lon, lat));
            }
        })?;
        Ok(())
    })?;

    let near = |(lon, lat): Point| {
        bounds.is_none_or(|[w, s, e, n]| (w..=e).contains(&lon) && (s..=n).contains(&lat))
    };
    let mut pieces = Vec::new();
    let mut close = |piece: Option<(Point, Point, f64)>| {
        if let Some((from, to, metres)) = piece
            && from != to
            && (near(from) || near(to))
        {
            pieces.push(Piece { from, to, metres });
        }
        pieces.len()
    };
    let mut start = 0;
    for end in ends {
        let way = nodes.get(start..end).unwrap_or_default();
        start = end;
        // Where the piece began, the last node, and the metres so far.
        let mut open: Option<(Point, Point, f64)> = None;
        for (at, id) in way.iter().enumerate() {
            let index = known.binary_search(id).ok();
            let here = index.and_then(|i| points.get(i).copied().flatten());
            let Some(here) = here else {
                // Outside the extract.
                close(open.take());
                continue;
            };
            let stays = at + 1 == way.len() || index.is_some_and(|i| junction[i]);
            open = Some(match open {
                None => (here, here, 0.0),
                Some((from, last, so_far)) => {
                    let sum = so_far + metres(last, here);
                    if stays || sum >= PIECE {
                        close(Some((from, here, sum)));
                        (here, here, 0.0)
                    } else {
                        (from, here, sum)
                    }
                }
            });
        }
        if close(open) > PIECES_MAX {
            return Err(Trouble::TooLarge);
        }
    }
    Ok(without_scraps(&pieces))
}

/// Whether a pupil may go along a way.
fn open(tags: &Tags<'_>) -> bool {
    let foot = tags.get("foot");
    let allowed = matches!(foot, "yes" | "designated" | "permissive");
    let closed = matches!(tags.get("access"), "no" | "private");
    !NO_WAY.contains(&tags.get("highway"))
        && tags.get("area") != "yes"
        && foot != "no"
        && (allowed || !closed)
}

/// Leaves out the pieces that hang together with too few others.
fn without_scraps(pieces: &[Piece]) -> Roads {
    let key = |p: Point| (p.0.to_bits(), p.1.to_bits());
    let mut nodes: Vec<(u64, u64)> = pieces
        .iter()
        .flat_map(|p| [key(p.from), key(p.to)])
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    let number = |p: Point| nodes.binary_search(&key(p)).unwrap_or(0);
    let mut root: Vec<usize> = (0..nodes.len()).collect();
    for piece in pieces {
        let (a, b) = (
            top(&mut root, number(piece.from)),
            top(&mut root, number(piece.to)),
        );
        root[a.max(b)] = a.min(b);
    }
    let mut long = vec![0.0; nodes.len()];
    for piece in pieces {
        long[top(&mut root, number(piece.from))] += piece.metres;
    }
    let mut roads = Roads::default();
    for piece in pieces {
        if long[top(&mut root, number(piece.from))] > SCRAP {
            roads.pieces.push(*piece);
        } else {
            roads.scraps += 1;
        }
    }
    roads
}

fn top(root: &mut [usize], mut node: usize) -> usize {
    while root[node] != node {
        root[node] = root[root[node]];
        node = root[node];
    }
    node
}

impl Roads {
    /// The pieces as the table roads.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        for piece in &self.pieces {
            let row = table.push_row();
            for (field, value) in [
                (F::RoadFromLon, piece.from.0),
                (F::RoadFromLat, piece.from.1),
                (F::RoadToLon, piece.to.0),
                (F::RoadToLat, piece.to.1),
                (F::RoadMetres, piece.metres),
            ] {
                table.set_number(field, row, value, None);
            }
        }
        table
    }
}
