//! Made areas: towns and villages with roads, uneven blocks, and schools that are nearly full.

use junheng_core::model::{Field as F, Snapshot, Table, TableId};

/// What an area is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) schools: usize,
    pub(crate) blocks: usize,
    /// Places per child.
    pub(crate) places: f64,
    /// How uneven blocks are: the largest have some `10 × uneven` times the children of the others.
    pub(crate) uneven: f64,
    pub(crate) seed: u64,
}

/// A number between 0 and 1; the same on every machine.
fn random(state: &mut u64) -> f64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

/// Blocks on a shaken grid of 400 m, each joined by roads to those around it.
pub(crate) fn area(kind: Kind) -> Snapshot {
    let mut state = kind.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5555;
    let side = (kind.blocks as f64).sqrt().ceil() as usize;
    let towns: Vec<(f64, f64)> = (0..1 + kind.schools / 6)
        .map(|_| (random(&mut state), random(&mut state)))
        .collect();
    let mut points = Vec::new();
    let mut children = Vec::new();
    for block in 0..kind.blocks {
        let mut shaken = |n: usize| n as f64 + 0.8 * random(&mut state) - 0.4;
        let (x, y) = (shaken(block % side), shaken(block / side));
        points.push((119.0 + x * 0.004, 30.0 + y * 0.0036));
        let far = |t: &(f64, f64)| (x / side as f64 - t.0).hypot(y / side as f64 - t.1);
        let town = towns.iter().map(far).fold(1.0, f64::min);
        let size = 1.0 + 3.0 * (-8.0 * town).exp();
        let lump = 40.0 * kind.uneven * random(&mut state).powi(4);
        children.push((size * (1.0 + 4.0 * random(&mut state) + lump)).floor());
    }
    let metres =
        |a: (f64, f64), b: (f64, f64)| ((a.0 - b.0) * 96_000.0).hypot((a.1 - b.1) * 111_000.0);
    let mut snapshot = Snapshot::default();
    for (block, point) in points.iter().enumerate() {
        let table = snapshot.tables.entry(TableId::Blocks).or_default();
        let numbers = [
            (F::BlockLon, point.0),
            (F::BlockLat, point.1),
            (F::ChildrenPrimary, children[block]),
        ];
        push(table, &[(F::BlockId, &id('b', block))], &numbers);
        let (east, south) = ((block + 1) % side > 0, block + side < kind.blocks);
        let across = east && random(&mut state) < 0.5;
        for (there, step) in [(east, 1), (south, side), (across, side + 1)] {
            let Some(other) = points.get(block + step).filter(|_| there) else {
                continue;
            };
            let ends = [
                (F::AdjacentA, &*id('b', block)),
                (F::AdjacentB, &*id('b', block + step)),
            ];
            let table = snapshot.tables.entry(TableId::Adjacency).or_default();
            push(table, &ends, &[]);
            let long = metres(*point, *other) * (1.0 + random(&mut state));
            let numbers = [
                (F::RoadFromLon, point.0),
                (F::RoadFromLat, point.1),
                (F::RoadToLon, other.0),
                (F::RoadToLat, other.1),
                (F::RoadMetres, long),
            ];
            let table = snapshot.tables.entry(TableId::Roads).or_default();
            push(table, &[], &numbers);
        }
    }
    // Schools stand where children are; their size is half what the nearest would need.
    let mut homes: Vec<usize> = Vec::new();
    while homes.len() < kind.schools {
        let block = (random(&mut state) * kind.blocks as f64) as usize;
        if random(&mut state) * 8.0 < children[block] && !homes.contains(&block) {
            homes.push(block);
        }
    }
    let mut nearest = vec![0.0; homes.len()];
    for (point, children) in points.iter().zip(&children) {
        let far = |s: &usize| metres(points[homes[*s]], *point);
        let school = (0..homes.len()).min_by(|a, b| far(a).total_cmp(&far(b)));
        nearest[school.unwrap_or(0)] += children;
    }
    let mean = children.iter().sum::<f64>() / kind.schools as f64;
    for (school, home) in homes.iter().enumerate() {
        let other = mean * (0.8 + 0.4 * random(&mut state));
        let places = kind.places * (nearest[school] + other) / 2.0;
        let table = snapshot.tables.entry(TableId::Schools).or_default();
        let words = [
            (F::SchoolId, &*id('s', school)),
            (F::Owner, "public"),
            (F::SchoolBlock, &*id('b', *home)),
        ];
        let point = points[*home];
        let numbers = [
            (F::SchoolKind, 211.0),
            (F::SchoolLon, point.0),
            (F::SchoolLat, point.1),
        ];
        push(table, &words, &numbers);
        let words = [
            (F::SectionSchool, &*id('s', school)),
            (F::SectionStage, "primary"),
        ];
        let places = [(F::Places, places.max(children[*home]).ceil())];
        let table = snapshot.tables.entry(TableId::Sections).or_default();
        push(table, &words, &places);
    }
    snapshot
}

fn id(kind: char, number: usize) -> String {
    format!("{kind}{number:05}")
}

fn push(table: &mut Table, words: &[(F, &str)], numbers: &[(F, f64)]) {
    let row = table.push_row();
    for (field, word) in words {
        table.set_text(*field, row, *word, None);
    }
    for (field, number) in numbers {
        table.set_number(*field, row, *number, None);
    }
}
