//! Made-up layout problems like the published ones, for benchmarks and tests: any size, any seed.

use junheng_core::model::Stage;

use super::problem::{Block, Offer, Problem, Rules, Site, Situation};
use crate::synthetic::rng::Rng;
use crate::travel::{Source, Unit};

/// Subject of the random numbers.
const SUBJECT: u64 = 51;

/// Capacitated p-median as of the OR-Library: whole distances between points of a square, every
/// block may be a school of equal size, and the places are nearly used up.
#[must_use]
pub fn median(blocks: usize, open: usize, seed: u64) -> Problem {
    let mut rng = Rng::new(seed, SUBJECT);
    let mut at = || (f64::from(rng.whole(1, 100)), f64::from(rng.whole(1, 100)));
    let points: Vec<(f64, f64)> = (0..blocks).map(|_| at()).collect();
    let students: Vec<f64> = (0..blocks).map(|_| f64::from(rng.whole(1, 20))).collect();
    let places = (students.iter().sum::<f64>() / open.max(1) as f64 / 0.92).ceil();
    let cost = |a: &(f64, f64), b: &(f64, f64)| distance(*a, *b).floor();
    medians(&points, students, places, open, cost)
}

/// The same in towns, with few large and many small blocks and exact distances, as of Lorena and
/// Senne.
#[must_use]
pub fn towns(blocks: usize, open: usize, seed: u64) -> Problem {
    let mut rng = Rng::new(seed, SUBJECT);
    let centres: Vec<(f64, f64)> = (0..1 + blocks / 25)
        .map(|_| (rng.between(0.0, 3000.0), rng.between(0.0, 3000.0)))
        .collect();
    let points: Vec<(f64, f64)> = (0..blocks)
        .map(|_| around(&mut rng, &centres, 250.0))
        .collect();
    let students: Vec<f64> = (0..blocks)
        .map(|_| {
            let u = rng.skewed();
            (1.0 + 60.0 * u * u).floor()
        })
        .collect();
    let places = (students.iter().sum::<f64>() / open.max(1) as f64 / 0.85).ceil();
    medians(&points, students, places, open, |a, b| distance(*a, *b))
}

fn medians(
    points: &[(f64, f64)],
    students: Vec<f64>,
    places: f64,
    open: usize,
    cost: impl Fn(&(f64, f64), &(f64, f64)) -> f64,
) -> Problem {
    let sites = points.iter().map(|_| vec![(places, 0.0)]).collect();
    let from = points.iter();
    let travel = from.flat_map(|a| points.iter().map(|b| cost(a, b)).collect::<Vec<_>>());
    let rules = Rules {
        open_exactly: Some(open),
        ..Rules::default()
    };
    problem(sites, students, travel.collect(), Unit::Cost, rules)
}

/// Location with capacities and whole blocks as of Díaz and Fernández: costs without a geometry.
#[must_use]
pub fn single_source(sites: usize, blocks: usize, seed: u64) -> Problem {
    let mut rng = Rng::new(seed, SUBJECT);
    let students: Vec<f64> = (0..blocks).map(|_| f64::from(rng.whole(10, 29))).collect();
    // Demand against places, and how dear places are: both differ between the published ones.
    let (ratio, dear) = (rng.between(1.4, 2.2), rng.between(4.0, 40.0));
    let mean = ratio * students.iter().sum::<f64>() / sites.max(1) as f64;
    let offer = |_| {
        let places = rng.between(0.4 * mean, 1.6 * mean).round();
        let yuan = (places * dear * rng.between(0.6, 1.4)).round();
        vec![(places, yuan)]
    };
    let offers = (0..sites).map(offer).collect();
    let travel = (0..sites * blocks).map(|_| f64::from(rng.whole(0, 99)));
    let travel = travel.collect();
    problem(offers, students, travel, Unit::Cost, Rules::default())
}

/// Location with capacities and whole blocks in the plane, as of Cornuéjols, Sridharan and Thizy:
/// costs grow with students and distance, dearer sites have more places; all places together are
/// `ratio` times the students.
#[must_use]
pub fn plane(sites: usize, blocks: usize, ratio: f64, seed: u64) -> Problem {
    let mut rng = Rng::new(seed, SUBJECT);
    let students: Vec<f64> = (0..blocks).map(|_| f64::from(rng.whole(5, 35))).collect();
    let sizes: Vec<f64> = (0..sites).map(|_| rng.between(10.0, 160.0)).collect();
    let scale = ratio * students.iter().sum::<f64>() / sizes.iter().sum::<f64>().max(1e-9);
    let offer = |size: &f64| {
        let places = (scale * size).ceil();
        let yuan = rng.between(0.0, 90.0) + rng.between(100.0, 110.0) * places.sqrt();
        vec![(places, yuan.round())]
    };
    let offers = sizes.iter().map(offer).collect();
    let mut at = || (rng.between(0.0, 1.0), rng.between(0.0, 1.0));
    let homes: Vec<(f64, f64)> = (0..blocks).map(|_| at()).collect();
    let schools: Vec<(f64, f64)> = (0..sites).map(|_| at()).collect();
    let cost = |a: (f64, f64), i: usize| (10.0 * students[i] * distance(a, homes[i])).round();
    let from = schools.iter();
    let travel = from.flat_map(|a| (0..blocks).map(|i| cost(*a, i)).collect::<Vec<_>>());
    let travel = travel.collect();
    problem(offers, students, travel, Unit::Cost, Rules::default())
}

/// A county: villages around market towns, schools there and in large villages, half of them
/// standing today, every site in three sizes; numbers of children that part over the periods.
#[must_use]
pub fn county(sites: usize, blocks: usize, periods: usize, scenarios: usize, seed: u64) -> Problem {
    let mut rng = Rng::new(seed, SUBJECT);
    let side = 50_000.0;
    let towns: Vec<(f64, f64)> = (0..1 + sites / 8)
        .map(|_| (rng.between(0.0, side), rng.between(0.0, side)))
        .collect();
    let villages: Vec<(f64, f64)> = (0..blocks)
        .map(|_| around(&mut rng, &towns, 4_000.0))
        .collect();
    let schools: Vec<(f64, f64)> = (0..sites)
        .map(|_| around(&mut rng, &towns, 3_000.0))
        .collect();
    let students: Vec<f64> = (0..blocks)
        .map(|_| (2.0 + 18.0 * rng.skewed()).floor())
        .collect();
    // Half of the middle sizes would do.
    let middle = 2.0 * students.iter().sum::<f64>() / sites.max(1) as f64;
    let offers = (0..sites).map(|_| {
        let size = middle * rng.between(0.5, 1.5);
        let dear = rng.between(600.0, 1_000.0);
        [0.7, 1.0, 1.4]
            .map(|f| {
                let places = (size * f).round();
                (places, (200_000.0 + dear * places).round())
            })
            .to_vec()
    });
    let offers: Vec<Vec<(f64, f64)>> = offers.collect();
    let from = schools.iter();
    let metres = from.flat_map(|a| {
        let to = villages.iter();
        to.map(|b| (1.3 * distance(*a, *b)).round())
            .collect::<Vec<_>>()
    });
    let rules = Rules {
        yuan_per_km: 300.0,
        ..Rules::default()
    };
    let metres = metres.collect();
    let mut problem = problem(offers, students, metres, Unit::Metres, rules);
    for (j, site) in problem.sites.iter_mut().enumerate() {
        site.exists = j % 2 == 0;
        if site.exists {
            // What stands is kept for its upkeep and extended for the difference.
            let built = site.offers.get(1).map_or(0.0, |o| 0.7 * o.yuan);
            for offer in &mut site.offers {
                offer.yuan = (offer.yuan - built).max(0.1 * offer.yuan).round();
            }
        }
    }
    if periods * scenarios > 1 {
        let trends: Vec<f64> = (0..blocks).map(|_| rng.between(-0.06, 0.02)).collect();
        let at = |period: usize, scenario: usize| {
            let each = problem.today.iter().zip(&trends);
            let apart = 0.02 * (scenario as f64 - (scenarios as f64 - 1.0) / 2.0);
            let students = each.map(|(now, trend)| {
                let factor = 1.0 + (trend + apart) * (period + 1) as f64;
                (now * factor).round()
            });
            Situation {
                period,
                weight: 1.0 / scenarios as f64,
                students: students.collect(),
            }
        };
        let all = (0..periods).flat_map(|p| (0..scenarios).map(move |s| (p, s)));
        problem.situations = all.map(|(p, s)| at(p, s)).collect();
        problem.periods = periods;
    }
    problem
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = (a.0 - b.0, a.1 - b.1);
    (x * x + y * y).sqrt()
}

/// Near one of the centres.
fn around(rng: &mut Rng, centres: &[(f64, f64)], spread: f64) -> (f64, f64) {
    let (x, y) = rng.pick(centres);
    (x + spread * rng.bell(), y + spread * rng.bell())
}

/// Sites as (places, yuan) per size; travel by site and block.
fn problem(
    sites: Vec<Vec<(f64, f64)>>,
    students: Vec<f64>,
    travel: Vec<f64>,
    unit: Unit,
    rules: Rules,
) -> Problem {
    let offer = |(n, (places, yuan)): (usize, (f64, f64))| Offer {
        option: n.to_string(),
        classes: None,
        places,
        yuan,
        least: 0.0,
        beds: 0.0,
    };
    let site = |(j, sizes): (usize, Vec<(f64, f64)>)| Site {
        id: format!("s{j:04}"),
        site_id: Some(format!("s{j:04}")),
        name: format!("s{j:04}"),
        exists: false,
        stays: false,
        protected: false,
        small_rural: false,
        places_today: None,
        offers: sizes.into_iter().enumerate().map(offer).collect(),
    };
    let block = |i: usize| Block {
        id: format!("b{i:05}"),
        name: format!("b{i:05}"),
        township: String::new(),
        current: None,
    };
    Problem {
        stage: Stage::Primary,
        sites: sites.into_iter().enumerate().map(site).collect(),
        blocks: (0..students.len()).map(block).collect(),
        travel,
        unit,
        source: Source::Matrix,
        situations: vec![Situation {
            period: 0,
            weight: 1.0,
            students: students.clone(),
        }],
        today: students,
        periods: 1,
        rules,
    }
}
