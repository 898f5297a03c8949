//! Standard sizes: schools that are built or extended have one of the usual numbers of classes.

use super::super::problem::{Offer, Site};

/// Numbers of classes, and students of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizes {
    /// The numbers of classes a school may have, ascending.
    pub classes: Vec<u32>,
    /// Students of a class.
    pub class_size: f64,
}

impl Sizes {
    /// Gives a site the standard sizes instead of its own rows, up to its largest one; what a
    /// school has today stays as it is. `false` where the site has larger rows, but none of them
    /// holds a standard size: a new site has no size then, a school its own rows.
    ///
    /// Costs lie on the line through the rows of the site, which begins with what stands today, or
    /// with nothing; floors and beds are those of the smallest row that is large enough.
    pub(super) fn apply(&self, site: &mut Site) -> bool {
        let rows = std::mem::take(&mut site.offers);
        let today = match site.places_today {
            _ if !site.exists => 0.0,
            Some(places) => places,
            None => rows.first().map_or(0.0, |smallest| smallest.places),
        };
        let (kept, built): (Vec<Offer>, Vec<Offer>) = rows
            .into_iter()
            .partition(|o| site.exists && o.places <= today);
        let start = (today, kept.last().map_or(0.0, |o| o.yuan));
        let of = |&classes: &u32| {
            let places = f64::from(classes) * self.class_size;
            let at = built.partition_point(|o| o.places < places);
            let row = built.get(at).filter(|_| places > today)?;
            let before = at.checked_sub(1).map(|b| (built[b].places, built[b].yuan));
            let (from, least) = before.unwrap_or(start);
            let part = (places - from) / (row.places - from);
            Some(Offer {
                option: classes.to_string(),
                classes: Some(classes),
                places,
                yuan: (least + part * (row.yuan - least)).round(),
                ..row.clone()
            })
        };
        let standard: Vec<Offer> = self.classes.iter().filter_map(of).collect();
        let fits = built.is_empty() || !standard.is_empty();
        site.offers = kept;
        if fits {
            site.offers.extend(standard);
        } else if site.exists {
            site.offers.extend(built);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(places: f64, yuan: f64) -> Offer {
        Offer {
            option: format!("{places}"),
            classes: None,
            places,
            yuan,
            least: places / 10.0,
            beds: 0.0,
        }
    }

    fn site(today: Option<f64>, offers: Vec<Offer>) -> Site {
        Site {
            id: "a".to_owned(),
            site_id: Some("a".to_owned()),
            name: "a".to_owned(),
            exists: today.is_some(),
            stays: false,
            protected: false,
            small_rural: false,
            places_today: today,
            offers,
        }
    }

    /// Classes, places, yuan and least students of an offer.
    type Size = (Option<u32>, f64, f64, f64);

    fn sized(site: &mut Site) -> (bool, Vec<Size>) {
        let sizes = Sizes {
            classes: vec![6, 12, 18, 24],
            class_size: 45.0,
        };
        let fits = sizes.apply(site);
        let offers = site.offers.iter();
        let offers = offers.map(|o| (o.classes, o.places, o.yuan, o.least));
        (fits, offers.collect())
    }

    #[test]
    fn a_new_school_has_a_standard_size() {
        // 10,000 yuan a place up to 600, then 5,000.
        let rows = vec![offer(600.0, 6e6), offer(900.0, 7.5e6)];
        let expected = vec![
            (Some(6), 270.0, 2.7e6, 60.0),
            (Some(12), 540.0, 5.4e6, 60.0),
            (Some(18), 810.0, 7.05e6, 90.0),
        ];
        assert_eq!(sized(&mut site(None, rows)), (true, expected));
        assert_eq!(
            sized(&mut site(None, vec![offer(200.0, 1e6)])),
            (false, vec![])
        );
    }

    #[test]
    fn what_stands_today_stays_and_grows_to_a_standard_size() {
        let rows = vec![offer(500.0, 1e5), offer(1000.0, 1.1e6)];
        let kept = (None, 500.0, 1e5, 50.0);
        let expected = vec![
            kept,
            (Some(12), 540.0, 1.8e5, 100.0),
            (Some(18), 810.0, 7.2e5, 100.0),
        ];
        assert_eq!(sized(&mut site(Some(500.0), rows)), (true, expected));
        let only_kept = sized(&mut site(Some(500.0), vec![offer(500.0, 1e5)]));
        assert_eq!(only_kept, (true, vec![kept]));
    }
}
