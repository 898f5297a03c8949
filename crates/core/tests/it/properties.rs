//! What must hold whatever the figures are.

use junheng_core::evaluate::{evaluate, gini, spread, theil};
use junheng_core::model::{Field, Snapshot, Table, TableId};
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use proptest::prelude::*;

use crate::packs::pack;

fn weights() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(1_u32..3_000, 1..40).prop_map(|v| v.into_iter().map(f64::from).collect())
}

/// Students and amounts of a county.
fn groups() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop::collection::vec((1_u32..3_000, 0_u32..100_000), 1..40).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(w, x)| (f64::from(w), f64::from(x) / 8.0))
            .unzip()
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + a.abs().max(b.abs()))
}

proptest! {
    #[test]
    fn variation_is_zero_exactly_when_all_are_equal(
        weights in weights(),
        level in 1_u32..10_000,
        odd in prop::option::of((0_usize..40, 1_u32..1_000)),
    ) {
        let level = f64::from(level) / 16.0;
        let mut amounts: Vec<f64> = weights.iter().map(|w| w * level).collect();
        let odd = odd.filter(|(n, _)| *n < weights.len() && weights.len() > 1);
        if let Some((n, by)) = odd {
            amounts[n] += f64::from(by) / 100.0;
        }
        let cv = spread(&weights, &amounts).unwrap().cv.unwrap();
        prop_assert_eq!(cv <= 1e-12, odd.is_none(), "cv {}", cv);
    }

    #[test]
    fn variation_ignores_scale_order_and_identical_halves(
        (weights, amounts) in groups().prop_filter("something", |(_, x)| x.iter().any(|x| *x > 0.0)),
        scale in 1_u32..1_000,
        at in 0_usize..40,
    ) {
        let cv = spread(&weights, &amounts).unwrap().cv.unwrap();
        let scaled: Vec<f64> = amounts.iter().map(|x| x * f64::from(scale)).collect();
        prop_assert!(close(cv, spread(&weights, &scaled).unwrap().cv.unwrap()));
        let (mut w, mut x) = (weights.clone(), amounts.clone());
        w.reverse();
        x.reverse();
        prop_assert!(close(cv, spread(&w, &x).unwrap().cv.unwrap()));
        let n = at % weights.len();
        let (mut w, mut x) = (weights, amounts);
        w[n] /= 2.0;
        x[n] /= 2.0;
        w.push(w[n]);
        x.push(x[n]);
        prop_assert!(close(cv, spread(&w, &x).unwrap().cv.unwrap()));
    }

    #[test]
    fn gini_and_theil_are_zero_for_equals_and_grow_with_a_gap((weights, amounts) in groups()) {
        let values: Vec<f64> = amounts.iter().zip(&weights).map(|(x, w)| x / w).collect();
        if let (Some(g), Some(t)) = (gini(&weights, &values), theil(&weights, &values)) {
            prop_assert!((-1e-12..=1.0).contains(&g) && t >= -1e-12);
            let flat = vec![values[0].max(1.0); values.len()];
            prop_assert!(gini(&weights, &flat).unwrap().abs() < 1e-12);
            prop_assert!(theil(&weights, &flat).unwrap().abs() < 1e-12);
        }
    }
}

/// A resource with what it is part of.
const GROWTHS: &[&[Field]] = &[
    &[Field::TeachersAboveDegree, Field::FullTimeTeachers],
    &[Field::BackboneTeachers, Field::FullTimeTeachers],
    &[Field::PeArtTeachers, Field::FullTimeTeachers],
    &[Field::TeachingArea],
    &[Field::IndoorPeArea, Field::TeachingArea],
    &[Field::SportsGround],
    &[Field::OffsiteSports],
    &[Field::ItinerantPeArtTeachers],
    &[Field::Equipment],
    &[Field::MultimediaRooms],
];

const FIGURES: &[(Field, f64)] = &[
    (Field::FullTimeTeachers, 6.0),
    (Field::TeachersAboveDegree, 5.0),
    (Field::BackboneTeachers, 1.2),
    (Field::PeArtTeachers, 1.0),
    (Field::ItinerantPeArtTeachers, 0.2),
    (Field::TeachingArea, 600.0),
    (Field::IndoorPeArea, 60.0),
    (Field::SportsGround, 900.0),
    (Field::OffsiteSports, 100.0),
    (Field::Equipment, 240_000.0),
    (Field::MultimediaRooms, 2.5),
];

/// One section with figures around the thresholds: (percent of the usual, or blank).
fn section(students: u32, locale: f64, dense: f64, shares: &[Option<u32>]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let mut schools = Table::new();
    schools.push_row();
    schools.set_text(Field::SchoolId, 0, "2199000001", None);
    schools.set_number(Field::SchoolKind, 0, 211.0, None);
    schools.set_number(Field::Locale, 0, locale, None);
    schools.set_number(Field::DenseUrban, 0, dense, None);
    let mut sections = Table::new();
    sections.push_row();
    sections.set_text(Field::SectionSchool, 0, "2199000001", None);
    sections.set_text(Field::SectionStage, 0, "primary", None);
    sections.set_number(Field::Students, 0, f64::from(students), None);
    for ((field, usual), share) in FIGURES.iter().zip(shares) {
        if let Some(share) = share {
            let whole = usual * f64::from(students) / 100.0 * f64::from(*share) / 100.0;
            sections.set_number(*field, 0, whole.floor(), None);
        }
    }
    snapshot.tables.insert(TableId::Schools, schools);
    snapshot.tables.insert(TableId::Sections, sections);
    snapshot
}

fn verdict(snapshot: &Snapshot, standard: &Standard) -> Verdict {
    evaluate(snapshot, standard).sections[0].verdict.unwrap()
}

proptest! {
    #[test]
    fn more_of_a_resource_never_turns_a_pass_into_a_fail(
        students in 50_u32..2_500,
        locale in prop::sample::select(vec![111.0, 121.0, 220.0, f64::NAN]),
        dense in prop::sample::select(vec![0.0, 1.0, f64::NAN]),
        shares in prop::collection::vec(prop::option::weighted(0.97, 70_u32..140), FIGURES.len()),
        growth in 0..GROWTHS.len(),
        more in 1_u32..500,
    ) {
        let national = pack("cn-2017-6");
        let day = "2025-09-01".parse().unwrap();
        let standard = Standard::resolve(&national, &[], day, &[]).unwrap();
        let before = section(students, locale, dense, &shares);
        let mut after = before.clone();
        let table = after.tables.get_mut(&TableId::Sections).unwrap();
        for field in GROWTHS[growth] {
            if let Some(had) = table.number(*field, 0) {
                table.set_number(*field, 0, had + f64::from(more), None);
            }
        }
        // What is blank cannot grow with its part; then the part may not grow either.
        let known = GROWTHS[growth].iter().all(|f| before.number(*f, 0).is_some());
        prop_assume!(known);
        let rank = |v: Verdict| match v {
            Verdict::NotMet => 0,
            Verdict::Undetermined => 1,
            _ => 2,
        };
        let (was, is) = (verdict(&before, &standard), verdict(&after, &standard));
        prop_assert!(rank(is) >= rank(was), "{:?} became {:?}", was, is);
    }
}
